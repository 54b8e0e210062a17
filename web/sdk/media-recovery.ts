import { Backoff } from "./backoff.ts";
import type { Clock } from "./environment.ts";
import type { PeerState } from "./peer-link.ts";
import type { MediaState } from "./types.ts";

/** `restart`: new ICE credentials. `fresh`: a new peer connection. */
export type RecoveryStep = "restart" | "fresh";

const kDisconnectedGraceMs = 1_500;
const kRestartTimeoutMs = 5_000;
const kConnectTimeoutMs = 15_000;

// Decides when media needs help: an ICE restart after a short interruption, a fresh peer connection
// when that did not mend it, then one after another with back-off. It only decides; Meeting acts. While
// signaling is away it waits, because every remedy is a message to the server.
export class MediaRecovery {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #act: (step: RecoveryStep) => void;
  readonly #changed: () => void;
  #backoff: Backoff;
  #peer: PeerState = "new";
  #wasEverConnected = false;
  #isBlocked = false;
  #isActive = false;
  #lastStep: RecoveryStep | null = null;
  #timer = 0;
  #wakesAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, random: () => number, act: (step: RecoveryStep) => void, changed: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#act = act;
    this.#changed = changed;
    this.#backoff = new Backoff(random);
  }

  get state(): MediaState {
    if (this.#peer === "connected") return "connected";
    if (this.#wasEverConnected) return "interrupted";
    if (this.#isBlocked) return "blocked";
    return this.#isActive || this.#peer !== "new" ? "connecting" : "none";
  }

  /** Signaling stands: remedies are possible. */
  activate(peer: PeerState): void {
    const before = this.state;
    this.#isActive = true;
    this.handlePeerState(peer);
    if (this.state !== before) this.#changed();
  }

  deactivate(): void {
    this.#isActive = false;
    this.#cancel();
  }

  /** Another meeting may follow. */
  reset(): void {
    this.deactivate();
    this.#peer = "new";
    this.#wasEverConnected = this.#isBlocked = false;
    this.#lastStep = null;
  }

  handlePeerState(peer: PeerState): void {
    const before = this.state;
    this.#peer = peer;
    if (peer === "connected") {
      this.#wasEverConnected = true;
      this.#isBlocked = false;
      this.#lastStep = null;
      this.#backoff = new Backoff(this.#random);
      this.#cancel();
    } else if (this.#isActive) {
      this.#plan();
    }
    if (this.state !== before) this.#changed();
  }

  #plan(): void {
    switch (this.#peer) {
      case "new":
      case "connecting":
        this.#wake(this.#lastStep === "restart" ? kRestartTimeoutMs : kConnectTimeoutMs);
        break;
      case "disconnected":
        this.#wake(this.#lastStep === "restart" ? kRestartTimeoutMs : kDisconnectedGraceMs);
        break;
      case "failed":
      case "failed-for-good":
        this.#cancel();
        this.#wake(this.#lastStep === "fresh" ? this.#backoff.nextDelayMs() : 0);
        break;
      case "connected":
        break;
    }
  }

  #wake(ms: number): void {
    const at = this.#clock.now() + ms;
    if (this.#timer !== 0 && this.#wakesAt <= at) return;
    this.#cancel();
    this.#wakesAt = at;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = 0;
      this.#remedy();
    }, ms);
  }

  #remedy(): void {
    if (!this.#wasEverConnected && !this.#isBlocked) {
      this.#isBlocked = true;
      this.#changed();
    }
    const needsFresh = this.#peer === "failed-for-good" || this.#lastStep !== null || !this.#wasEverConnected;
    this.#step(needsFresh ? "fresh" : "restart");
  }

  #step(step: RecoveryStep): void {
    this.#lastStep = step;
    this.#wake(step === "restart" ? kRestartTimeoutMs : kConnectTimeoutMs);
    this.#act(step);
  }

  #cancel(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = 0;
  }
}
