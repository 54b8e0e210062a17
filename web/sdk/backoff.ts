// How long to wait before the next attempt: at once, then 250 ms doubling to 5 s, each between half and
// the whole of it, so that the clients of a server that restarted do not all come back together.
export class Backoff {
  static readonly kFirstMs = 250;
  static readonly kLongestMs = 5_000;

  readonly #random: () => number;
  #attempts = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  get attempts(): number {
    return this.#attempts;
  }

  nextDelayMs(): number {
    const attempt = this.#attempts++;
    if (attempt === 0) return 0;
    const whole = Math.min(Backoff.kFirstMs * 2 ** (attempt - 1), Backoff.kLongestMs);
    return whole / 2 + (whole / 2) * this.#random();
  }
}
