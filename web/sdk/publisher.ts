import type { PeerLink } from "./peer-link.ts";
import { type LocalMediaSnapshot, ParleyError, type SourceKind } from "./types.ts";

export const kSourceKinds: readonly SourceKind[] = ["microphone", "camera", "screen", "screen_audio"];

export type PublishRequest = (source: SourceKind, on: boolean) => Promise<unknown>;

// Brings what is captured to where it is sent: the tracks to the peer connection, and "on" or "off" to
// the server. Both may lag behind the wish (a device opens, a socket is away); it catches up by itself,
// one request per source at a time.
export class Publisher {
  readonly #request: PublishRequest;
  readonly #refused: (source: SourceKind) => void;
  readonly #published = new Map<SourceKind, boolean>();
  readonly #syncing = new Set<SourceKind>();
  #tracks = new Map<SourceKind, MediaStreamTrack>();
  /** Wished on, and the device is not open yet: the server keeps what it has. */
  #opening: ReadonlySet<SourceKind> = new Set();
  #peer: PeerLink | null = null;
  #beside: PeerLink | null = null;
  #isOpen = false;
  #isSaving = false;

  /** `refused`: the server does not let this source be on. */
  constructor(request: PublishRequest, refused: (source: SourceKind) => void) {
    this.#request = request;
    this.#refused = refused;
  }

  /** The sources that are on just now. */
  get sources(): readonly SourceKind[] {
    return kSourceKinds.filter((kind) => this.#tracks.has(kind));
  }

  setPeer(peer: PeerLink | null): void {
    this.#peer = peer;
    this.#beside = null;
    if (this.#isSaving) void peer?.setSaving(true);
    for (const kind of kSourceKinds) this.#sendTrack(kind);
  }

  /** Sends on this one too, which is to take the place of the other. */
  setBeside(peer: PeerLink | null): void {
    this.#beside = peer;
    if (this.#isSaving) void peer?.setSaving(true);
    for (const kind of kSourceKinds) this.#sendTrack(kind);
  }

  /** As `MeetingControls.setSaving`. */
  setSaving(isSaving: boolean): void {
    this.#isSaving = isSaving;
    for (const peer of [this.#peer, this.#beside]) void peer?.setSaving(isSaving);
  }

  /** The session stands; `live`: what the server holds to be on. */
  open(live: ReadonlySet<SourceKind>): void {
    this.#isOpen = true;
    for (const kind of kSourceKinds) {
      this.#published.set(kind, live.has(kind));
      void this.#sync(kind);
    }
  }

  close(): void {
    this.#isOpen = false;
  }

  /** The server turned a source off by itself. */
  handleTurnedOff(kind: SourceKind): void {
    this.#published.set(kind, false);
  }

  update(local: LocalMediaSnapshot): void {
    const tracks = new Map<SourceKind, MediaStreamTrack>();
    for (const kind of ["microphone", "camera"] as const) {
      const { on, track } = local[kind];
      if (on && track) tracks.set(kind, track);
    }
    for (const track of local.screen.stream?.getTracks() ?? []) {
      tracks.set(track.kind === "video" ? "screen" : "screen_audio", track);
    }
    const before = this.#tracks;
    this.#tracks = tracks;
    this.#opening = new Set(
      (["microphone", "camera"] as const).filter((kind) => local[kind].on && !tracks.has(kind)),
    );
    for (const kind of kSourceKinds) {
      if (before.get(kind) !== tracks.get(kind)) this.#sendTrack(kind);
      void this.#sync(kind);
    }
  }

  #sendTrack(kind: SourceKind): void {
    for (const peer of [this.#peer, this.#beside]) {
      peer?.setTrack(kind, this.#tracks.get(kind) ?? null).catch(() => {
        // A peer connection that was closed meanwhile; the next one gets the track from setPeer.
      });
    }
  }

  async #sync(kind: SourceKind): Promise<void> {
    if (this.#syncing.has(kind)) return;
    this.#syncing.add(kind);
    try {
      while (
        this.#isOpen &&
        !this.#opening.has(kind) &&
        this.#published.get(kind) !== this.#tracks.has(kind)
      ) {
        const on = this.#tracks.has(kind);
        this.#published.set(kind, on);
        await this.#request(kind, on);
      }
    } catch (error) {
      // Whatever else went wrong is told anew with the next session or transport.
      if (this.#isOpen && error instanceof ParleyError && error.code === "forbidden") {
        this.#published.set(kind, false);
        if (this.#tracks.has(kind)) this.#refused(kind);
      }
    } finally {
      this.#syncing.delete(kind);
    }
  }
}
