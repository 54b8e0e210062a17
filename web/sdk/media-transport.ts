import type { Environment } from "./environment.ts";
import { MediaRecovery, type RecoveryStep } from "./media-recovery.ts";
import { type Offer, PeerLink, type PeerOptions, type ReceiveSlot } from "./peer-link.ts";
import type { OfferResult, Requests, WireSlot } from "./protocol.ts";
import { SocketLost } from "./signaling-socket.ts";
import type { MediaState } from "./types.ts";

export interface TransportListener {
  requestOffer(data: Requests["offer"]["data"]): Promise<OfferResult>;
  /** Another peer connection from now on; null: none. */
  handlePeer(peer: PeerLink | null): void;
  /** A fresh peer connection is answered: what is on can be published. */
  handleFresh(): void;
  /** `state` or `slots` changed. */
  handleChange(): void;
}

/** How long a peer connection that another has taken over from plays on. */
const kTailMs = 500;
const kNoSlots: ReadonlyMap<number, ReceiveSlot> = new Map();

// The peer connections of one Meeting, one after another: the offer that waits for Join, the answers, and
// the remedies that MediaRecovery calls for.
export class MediaTransport {
  readonly #environment: Environment;
  readonly #options: PeerOptions;
  readonly #listener: TransportListener;
  readonly #recovery: MediaRecovery;
  #peer: PeerLink | null = null;
  /** The offer of a peer connection that has no answer yet. */
  #openOffer: Promise<Offer> | null = null;
  /** The offer of an ICE restart whose answer is still to come. */
  #restartOffer: Offer | null = null;
  #isOpen = false;
  /** That is to take the place of the one in use (transport-move.ts). */
  beside: PeerLink | null = null;

  constructor(environment: Environment, options: PeerOptions, listener: TransportListener) {
    this.#environment = environment;
    this.#options = options;
    this.#listener = listener;
    this.#recovery = new MediaRecovery(
      environment.clock,
      () => environment.random(),
      (step) => void this.#recover(step),
      () => listener.handleChange(),
    );
  }

  get peer(): PeerLink | null {
    return this.#peer;
  }
  get slots(): ReadonlyMap<number, ReceiveSlot> {
    return this.#peer?.slots ?? kNoSlots;
  }
  get state(): MediaState {
    return this.#recovery.state;
  }

  /** The offer to send with `join` or `resume`; null when the peer connection has its answer. */
  openOffer(): Promise<Offer | null> {
    return Promise.resolve(this.#openOffer);
  }

  /** Makes the peer connection and its offer ahead of need. */
  prepare(): void {
    if (!this.#peer) this.renew();
  }

  /** A fresh peer connection. */
  renew(): PeerLink {
    this.#peer?.close();
    const peer = this.createPeer();
    this.#openOffer = peer.offer();
    this.#use(peer);
    return peer;
  }

  createPeer(): PeerLink {
    return new PeerLink(this.#environment, this.#options);
  }

  /** Goes on with a peer connection that carries everything; the old one's last sound is still heard. */
  adopt(peer: PeerLink): void {
    const old = this.#peer;
    old?.setListener(null);
    this.#use(peer);
    this.#recovery.handlePeerState(peer.state);
    this.#listener.handleChange();
    this.#environment.clock.setTimeout(() => old?.close(), kTailMs);
  }

  #use(peer: PeerLink): void {
    peer.setListener((state) => this.#recovery.handlePeerState(state));
    this.#peer = peer;
    this.beside = null;
    this.#restartOffer = null;
    this.#listener.handlePeer(peer);
  }

  /** Signaling stands: remedies are possible, and one that was begun without it goes on. */
  open(): void {
    this.#isOpen = true;
    if (!this.#peer) return;
    this.#recovery.activate(this.#peer.state);
    if (this.#restartOffer) void this.#negotiate(this.#peer, this.#restartOffer, false);
  }

  /** Signaling is away. */
  pause(): void {
    this.#isOpen = false;
    this.#recovery.deactivate();
  }

  close(): void {
    this.#isOpen = false;
    this.#recovery.reset();
    this.#peer?.close();
    this.#peer = this.beside = null;
    this.#openOffer = this.#restartOffer = null;
    this.#listener.handlePeer(null);
  }

  async accept(offer: Offer, answer: string, slots: readonly WireSlot[]): Promise<void> {
    const peer = this.#peer;
    if (!peer) return;
    this.#openOffer = null;
    try {
      const done = peer.accept(offer, answer, slots);
      this.#listener.handleChange();
      await done;
    } catch {
      // An answer that this browser cannot use; a fresh transport may fare better.
      if (peer === this.#peer) this.#recovery.handlePeerState("failed-for-good");
    }
  }

  /** The session is back, and the server has no transport for it. */
  replace(): void {
    void this.#recover("fresh");
  }

  /**
   * The network is another one. The new credentials make the browser look for paths from its new address
   * at once, and an ICE-lite server answers the checks of the old remote credentials: media may return before
   * the offer has found its way, which needs a new socket first.
   */
  handleNetworkChange(): void {
    if (this.#peer && this.#peer.state !== "new" && !this.#openOffer) void this.#recover("restart");
  }

  async #recover(step: RecoveryStep): Promise<void> {
    if (!this.#isOpen && step === "fresh") return;
    const isFresh = step === "fresh" || !this.#peer;
    const peer = isFresh ? this.renew() : (this.#peer as PeerLink);
    try {
      const offer = await (isFresh ? peer.offer() : peer.restart());
      if (peer !== this.#peer) return;
      this.#restartOffer = isFresh ? null : offer;
      if (this.#isOpen) await this.#negotiate(peer, offer, isFresh);
    } catch {
      this.#fail(peer);
    }
  }

  async #negotiate(peer: PeerLink, offer: Offer, isFresh: boolean): Promise<void> {
    try {
      const { answer, slots } = await this.#listener.requestOffer({
        sdp: offer.sdp,
        sources_by_mid: offer.sourcesByMid,
        fresh: isFresh,
      });
      if (peer !== this.#peer) return;
      if (this.#restartOffer === offer) this.#restartOffer = null;
      await this.accept(offer, answer, slots);
      if (isFresh) this.#listener.handleFresh();
    } catch (error) {
      // Without signaling open() goes on; a refusal is tried again as a fresh one.
      if (!(error instanceof SocketLost)) this.#fail(peer);
    }
  }

  #fail(peer: PeerLink): void {
    if (peer !== this.#peer) return;
    this.#restartOffer = null;
    this.#recovery.handlePeerState("failed-for-good");
  }
}
