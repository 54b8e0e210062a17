import {
  audioCodecs,
  cameraEncodings,
  receivedVideoCodecs,
  screenEncodings,
  sentVideoCodecs,
  tunedEncodings,
  type VideoCodec,
} from "./codecs.ts";
import type { Environment } from "./environment.ts";
import type { SourcesByMid, WireSlot } from "./protocol.ts";
import { isKeptExtension, slimOffer } from "./slim-sdp.ts";
import type { SourceKind } from "./types.ts";

/** `failed-for-good`: an ICE restart cannot help, only a fresh peer connection (DTLS failed, closed). */
export type PeerState = "new" | "connecting" | "connected" | "disconnected" | "failed" | "failed-for-good";

export interface Offer {
  readonly sdp: string;
  readonly sourcesByMid: SourcesByMid;
  /** Which of the link's offers this is; an answer to an older one is dropped. */
  readonly generation: number;
}

export interface ReceiveSlot {
  readonly slot: number;
  readonly kind: "audio" | "video";
  readonly mid: string;
  readonly receiver: RTCRtpReceiver;
  readonly stream: MediaStream;
}

export interface PeerOptions {
  readonly audioSlots: number;
  readonly videoSlots: number;
  readonly cameraCodec: VideoCodec | "auto";
}

// One RTCPeerConnection with its fixed m-lines: four to send, the rest slots to receive. Its offer is
// made at once, so that it waits for Join and not the other way round; sources come and go by
// replaceTrack, without another offer. Lives once: a fresh transport is a new PeerLink.
export class PeerLink {
  readonly #environment: Environment;
  readonly #peer: RTCPeerConnection;
  readonly #senders: Record<SourceKind, RTCRtpTransceiver>;
  readonly #firstOffer: Promise<Offer>;
  readonly #tracks = new Map<SourceKind, MediaStreamTrack | null>();
  #slots: ReadonlyMap<number, ReceiveSlot> = new Map();
  #generation = 0;
  readonly #demand = new Map<SourceKind, number>();
  #isSaving = false;
  /** Parameters must be set as they were read: one change after the other. */
  #tuned: Promise<void> = Promise.resolve();
  #listener: ((state: PeerState) => void) | null = null;
  #isClosed = false;

  constructor(environment: Environment, options: PeerOptions) {
    this.#environment = environment;
    this.#peer = environment.createPeer({ bundlePolicy: "max-bundle", rtcpMuxPolicy: "require" });
    const sentAudio = audioCodecs(environment, "send");
    const receivedAudio = audioCodecs(environment, "receive");
    const receivedVideo = receivedVideoCodecs(environment);
    this.#senders = {
      microphone: this.#add("audio", { direction: "sendonly" }, sentAudio),
      camera: this.#add(
        "video",
        {
          direction: "sendonly",
          sendEncodings: cameraEncodings(options.cameraCodec, environment.isSmallDevice),
        },
        sentVideoCodecs(environment, options.cameraCodec),
      ),
      screen: this.#add(
        "video",
        { direction: "sendonly", sendEncodings: screenEncodings() },
        sentVideoCodecs(environment, "auto"),
      ),
      screen_audio: this.#add("audio", { direction: "sendonly" }, sentAudio),
    };
    for (let i = 0; i < options.audioSlots; ++i) this.#add("audio", { direction: "recvonly" }, receivedAudio);
    for (let i = 0; i < options.videoSlots; ++i) this.#add("video", { direction: "recvonly" }, receivedVideo);
    this.#peer.onconnectionstatechange = () => this.#notify();
    this.#peer.oniceconnectionstatechange = () => this.#notify();
    this.#firstOffer = this.#makeOffer({});
    this.#firstOffer.catch(() => {});
  }

  get state(): PeerState {
    if (this.#isClosed || this.#peer.connectionState === "closed") return "failed-for-good";
    const ice = this.#peer.iceConnectionState;
    if (ice === "failed") return "failed";
    if (this.#peer.connectionState === "failed") return "failed-for-good";
    if (ice === "disconnected") return "disconnected";
    if (this.#peer.connectionState === "connected") return "connected";
    return this.#peer.connectionState === "new" ? "new" : "connecting";
  }

  get slots(): ReadonlyMap<number, ReceiveSlot> {
    return this.#slots;
  }

  setListener(listener: ((state: PeerState) => void) | null): void {
    this.#listener = listener;
  }

  offer(): Promise<Offer> {
    return this.#firstOffer;
  }

  /** An offer with new ICE credentials and otherwise the same. */
  restart(): Promise<Offer> {
    return this.#makeOffer({ iceRestart: true });
  }

  /** Returns false when a later offer has overtaken the one that this answers. */
  async accept(offer: Offer, answer: string, slots: readonly WireSlot[]): Promise<boolean> {
    if (offer.generation !== this.#generation || this.#isClosed) return false;
    this.#mapSlots(slots, offer);
    await this.#peer.setRemoteDescription({ type: "answer", sdp: answer });
    return true;
  }

  /** Null: nothing is sent for this source. */
  async setTrack(kind: SourceKind, track: MediaStreamTrack | null): Promise<void> {
    if (this.#isClosed || (this.#tracks.get(kind) ?? null) === track) return;
    this.#tracks.set(kind, track);
    if (kind === "camera" && track) await this.#tune(kind);
    await this.#senders[kind].sender.replaceTrack(track);
  }

  /** So many encodings of the source, lowest first, are shown to anybody: the others are not made. */
  setDemand(kind: SourceKind, encodings: number): Promise<void> {
    this.#demand.set(kind, encodings);
    return this.#tune(kind);
  }

  /** The camera is sent with fewer frames and without its largest encoding. */
  setSaving(isSaving: boolean): Promise<void> {
    this.#isSaving = isSaving;
    return this.#tune("camera");
  }

  #tune(kind: SourceKind): Promise<void> {
    this.#tuned = this.#tuned.then(async () => {
      if (this.#isClosed) return;
      const { sender } = this.#senders[kind];
      const parameters = sender.getParameters();
      const { width, height } = this.#tracks.get(kind)?.getSettings() ?? {};
      const tuned = tunedEncodings(parameters.encodings, {
        shown: this.#demand.get(kind) ?? parameters.encodings.length,
        isSaving: kind === "camera" && this.#isSaving,
        pixels: width && height ? width * height : null,
      });
      if (JSON.stringify(tuned) === JSON.stringify(parameters.encodings)) return;
      // A browser that refuses goes on sending everything, which the server takes too.
      await sender.setParameters({ ...parameters, encodings: tuned }).catch(() => {});
    });
    return this.#tuned;
  }

  stats(): Promise<RTCStatsReport> {
    return this.#peer.getStats();
  }

  /** By mid: which source is sent on it. */
  sentSources(): SourcesByMid {
    const sources: SourcesByMid = {};
    for (const [kind, transceiver] of Object.entries(this.#senders)) {
      if (transceiver.mid !== null) sources[transceiver.mid] = kind as SourceKind;
    }
    return sources;
  }

  close(): void {
    this.#isClosed = true;
    this.#listener = null;
    this.#peer.onconnectionstatechange = this.#peer.oniceconnectionstatechange = null;
    this.#peer.close();
  }

  #add(kind: "audio" | "video", init: RTCRtpTransceiverInit, codecs: RTCRtpCodec[]): RTCRtpTransceiver {
    const transceiver = this.#peer.addTransceiver(kind, init);
    if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
    trimExtensions(transceiver);
    return transceiver;
  }

  async #makeOffer(options: RTCOfferOptions): Promise<Offer> {
    const generation = ++this.#generation;
    const description = await this.#peer.createOffer(options);
    await this.#peer.setLocalDescription(description);
    return { sdp: slimOffer(description.sdp ?? ""), sourcesByMid: this.sentSources(), generation };
  }

  #mapSlots(slots: readonly WireSlot[], offer: Offer): void {
    const byMid = new Map(this.#peer.getTransceivers().map((transceiver) => [transceiver.mid, transceiver]));
    const mapped = new Map<number, ReceiveSlot>();
    for (const { slot, mid, kind } of slots) {
      const transceiver = byMid.get(mid);
      if (!transceiver || mid in offer.sourcesByMid) continue;
      const known = this.#slots.get(slot);
      const { receiver } = transceiver;
      const stream =
        known?.receiver === receiver ? known.stream : this.#environment.createStream([receiver.track]);
      mapped.set(slot, { slot, kind, mid, receiver, stream });
    }
    this.#slots = mapped;
  }

  #notify(): void {
    this.#listener?.(this.state);
  }
}

interface ExtensibleTransceiver {
  getHeaderExtensionsToNegotiate?(): { uri: string; direction: RTCRtpTransceiverDirection }[];
  setHeaderExtensionsToNegotiate?(extensions: { uri: string; direction: RTCRtpTransceiverDirection }[]): void;
}

// WebRTC Extensions, section 5.2, where the browser has it: offers what the server reads (capture
// times among it, which browsers leave out by default) and nothing else.
function trimExtensions(transceiver: RTCRtpTransceiver & ExtensibleTransceiver): void {
  const extensions = transceiver.getHeaderExtensionsToNegotiate?.();
  if (!extensions) return;
  try {
    transceiver.setHeaderExtensionsToNegotiate?.(
      extensions.map(({ uri, direction }) => ({
        uri,
        direction: /sdes:mid$/.test(uri) ? direction : isKeptExtension(uri) ? "sendrecv" : "stopped",
      })),
    );
  } catch {
    // Some extensions may not be stopped: then all stay as they are.
  }
}
