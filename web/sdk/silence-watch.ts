import type { Clock } from "./environment.ts";

export interface SilenceListener {
  /**
   * When a packet of what should flow came, as an ever growing time; anything newer than `since` will do.
   * Null while nothing should flow.
   */
  newestPacket(since: number): number | null;
  /** Resolves to whether the network was at fault. */
  handleSilence(): Promise<boolean>;
}

export const kSilencePollMs = 100;
/** After steady packets this much silence is remarkable... */
export const kSteadySilenceMs = 250;
/** ...and this much in any case: a microphone that hears nothing still sends every 400 ms. */
export const kSparseSilenceMs = 1_500;
const kSteadyPolls = 10;
const kSteadyGapMs = 250;
const kFirstPauseMs = 2_000;
const kLongestPauseMs = 60_000;

// Notices that the media which should flow has stopped, seconds before ICE does: its own checks are
// 2.5 s apart, and a pair counts as broken only when several got no answer. One silence is reported once,
// and while reports turn out to be false alarms (it was the sender's network) they grow rarer.
export class SilenceWatch {
  readonly #clock: Clock;
  readonly #listener: SilenceListener;
  #timer = 0;
  #newest = 0;
  #newestSeenAt = 0;
  #steadyPolls = 0;
  #isReported = true;
  #pauseMs = kFirstPauseMs;
  #quietUntil = 0;

  constructor(clock: Clock, listener: SilenceListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  start(): void {
    if (this.#timer === 0) this.#schedule();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#forget();
  }

  #schedule(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#schedule();
      this.#poll();
    }, kSilencePollMs);
  }

  #poll(): void {
    const now = this.#clock.now();
    const newest = this.#listener.newestPacket(this.#newest);
    if (newest === null) {
      this.#forget();
    } else if (newest > this.#newest) {
      this.#steadyPolls = now - this.#newestSeenAt > kSteadyGapMs ? 0 : this.#steadyPolls + 1;
      this.#newest = newest;
      this.#newestSeenAt = now;
      this.#isReported = false;
    } else if (!this.#isReported && now - this.#newestSeenAt >= this.#limitMs && now >= this.#quietUntil) {
      this.#isReported = true;
      void this.#report();
    }
  }

  get #limitMs(): number {
    return this.#steadyPolls >= kSteadyPolls ? kSteadySilenceMs : kSparseSilenceMs;
  }

  async #report(): Promise<void> {
    const isOurs = await this.#listener.handleSilence();
    const now = this.#clock.now();
    if (isOurs || now - this.#quietUntil > kLongestPauseMs) this.#pauseMs = kFirstPauseMs;
    this.#quietUntil = now + this.#pauseMs;
    if (!isOurs) this.#pauseMs = Math.min(this.#pauseMs * 2, kLongestPauseMs);
  }

  // Nothing flows, so nothing can stop; what comes next is counted from its first packet.
  #forget(): void {
    this.#steadyPolls = 0;
    this.#isReported = true;
  }
}
