import type { Clock } from "./environment.ts";

export interface SlotSettlerListener {
  isSettling(): boolean;
  /** Asks the packets. */
  settle(): void;
}

const kSettleIntervalMs = 50;

// Has the packets asked whose they are for as long as a change of the slot map is under way, and not longer.
export class SlotSettler {
  readonly #clock: Clock;
  readonly #listener: SlotSettlerListener;
  #timer = 0;

  constructor(clock: Clock, listener: SlotSettlerListener) {
    this.#clock = clock;
    this.#listener = listener;
  }

  /** The map has changed. */
  start(): void {
    if (this.#timer !== 0 || !this.#listener.isSettling()) return;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = 0;
      this.#listener.settle();
      this.start();
    }, kSettleIntervalMs);
  }

  stop(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = 0;
  }
}
