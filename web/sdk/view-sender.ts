import type { Clock } from "./environment.ts";
import type { Requests } from "./protocol.ts";
import type { ShownSource } from "./types.ts";

type ViewData = Requests["view"]["data"];

const kIntervalMs = 150;
const kMostEntries = 64;
const kTallest = 4320;
/** Heights are rounded up to this, so that dragging a window's edge does not send a view per pixel. */
const kHeightStep = 30;

// Tells the server what is shown: the first change at once, a burst of changes (scrolling, resizing) as
// its last state, the same view never twice. Bounds: one message per 150 ms, 64 entries.
export class ViewSender {
  readonly #clock: Clock;
  readonly #send: (view: ViewData) => void;
  #wanted: ViewData | null = null;
  #sent = "";
  #sentAt = 0;
  #timer = 0;
  #isOpen = false;

  constructor(clock: Clock, send: (view: ViewData) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  set(shown: readonly ShownSource[], pinned: readonly number[]): void {
    this.#wanted = {
      show: shown
        .slice(0, kMostEntries)
        .map(({ source, height }) => ({ source, height: roundHeight(height) })),
      pinned: pinned.slice(0, kMostEntries),
    };
    this.#flushSoon();
  }

  /** The session stands (again): the server is told afresh. */
  open(): void {
    this.#isOpen = true;
    this.#sent = "";
    this.#flushSoon();
  }

  close(): void {
    this.#isOpen = false;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = 0;
  }

  #flushSoon(): void {
    if (!this.#isOpen || this.#timer !== 0) return;
    const wait = this.#sentAt + kIntervalMs - this.#clock.now();
    if (wait <= 0) {
      this.#flush();
      return;
    }
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = 0;
      this.#flush();
    }, wait);
  }

  #flush(): void {
    if (!this.#wanted) return;
    const text = JSON.stringify(this.#wanted);
    if (text === this.#sent) return;
    this.#sent = text;
    this.#sentAt = this.#clock.now();
    this.#send(this.#wanted);
  }
}

function roundHeight(height: number): number {
  const stepped = Math.ceil(height / kHeightStep) * kHeightStep;
  return Math.min(Math.max(stepped, 1), kTallest);
}
