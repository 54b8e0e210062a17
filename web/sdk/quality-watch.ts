import type { Clock } from "./environment.ts";
import { type ConnectionStats, judge } from "./stats.ts";
import type { Quality } from "./types.ts";

export interface QualitySource {
  /** Totals of the current transport; null while there is none. */
  stats(): Promise<ConnectionStats | null>;
  isInterrupted(): boolean;
  /** Each new measurement. */
  handleStats(stats: ConnectionStats): void;
}

const kIntervalMs = 2_000;

// Judges the own connection every two seconds from what changed in its totals. The first totals are of the
// start itself, shares of very few packets: they say nothing yet.
export class QualityWatch {
  readonly #clock: Clock;
  readonly #source: QualitySource;
  readonly #changed: () => void;
  #quality: Quality = 0;
  #last: ConnectionStats | null = null;
  #timer = 0;

  constructor(clock: Clock, source: QualitySource, changed: () => void) {
    this.#clock = clock;
    this.#source = source;
    this.#changed = changed;
  }

  get quality(): Quality {
    return this.#quality;
  }

  start(): void {
    if (this.#timer === 0) this.#schedule();
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = 0;
    this.#quality = 0;
    this.#last = null;
  }

  /** Another transport: its totals begin at zero. */
  restart(): void {
    this.#last = null;
  }

  #schedule(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#schedule();
      void this.#measure();
    }, kIntervalMs);
  }

  async #measure(): Promise<void> {
    const last = this.#last;
    const stats = await this.#source.stats().catch(() => null);
    if (!stats || this.#timer === 0 || last !== this.#last) return;
    const quality = this.#source.isInterrupted() ? 1 : last ? judge(last, stats) : 0;
    this.#last = stats;
    this.#source.handleStats(stats);
    if (quality === this.#quality) return;
    this.#quality = quality;
    this.#changed();
  }
}
