// The one time that all tracks follow. Runs with the monotonic clock at the chosen speed, and is drawn
// gently towards the sound that is heard, because a sound card's second is not the computer's.

const kDrawn = 0.1;
/** Seconds: beyond this the track seeks, not the clock. */
const kMostDrawn = 0.25;

export class MasterClock {
  readonly #now: () => number;
  #anchor = 0;
  #anchoredAt = 0;
  #speed = 1;
  #isRunning = false;

  /** `now`: monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  get speed(): number {
    return this.#speed;
  }

  get time(): number {
    if (!this.#isRunning) return this.#anchor;
    return this.#anchor + ((this.#now() - this.#anchoredAt) / 1_000) * this.#speed;
  }

  set(time: number): void {
    this.#anchor = time;
    this.#anchoredAt = this.#now();
  }

  setSpeed(speed: number): void {
    this.set(this.time);
    this.#speed = speed;
  }

  run(): void {
    this.set(this.time);
    this.#isRunning = true;
  }

  stop(): void {
    this.set(this.time);
    this.#isRunning = false;
  }

  /** A track of sound that is heard stands at `time` now. `share` of the difference is taken over. */
  draw(time: number, share = kDrawn): void {
    const off = time - this.time;
    if (this.#isRunning && Math.abs(off) < kMostDrawn) this.set(this.time + off * share);
  }
}
