// How long a picture's decoder takes to a place: it decodes everything since the key frame before it. Learned
// from the seeks that there were.

/** Seconds, for one second of pictures: at first, and at least. */
const kAtFirst = 0.05;
const kLeast = 0.005;
/** Seconds: what any seek takes. */
const kAnyway = 0.1;
/** So much more is counted on: who is there early waits, who is late has to go again. */
const kSafe = 1.3;
/** Seconds of pictures; less says nothing of their cost. */
const kTelling = 3;
const kLearned = 0.5;
/** Seconds: longer than this nobody waits who is there early. */
const kMost = 2;

export class SeekCost {
  #each = kAtFirst;

  /** Over `distance` seconds of pictures it took `took` seconds. */
  note(distance: number, took: number): void {
    if (distance < kTelling) return;
    this.#each += (Math.max((took - kAnyway) / distance, kLeast) - this.#each) * kLearned;
  }

  /** Seconds from now until a decoder that has `distance` seconds of pictures before it is there. */
  expect(distance: number): number {
    return Math.min(kAnyway + Math.max(distance, 0) * this.#each * kSafe, kMost);
  }
}
