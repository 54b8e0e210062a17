import type { Participant } from "../../sdk/index.ts";

const kStart = 0.35;
const kStay = 0.22;
const kHoldMs = 600;

// Who counts as speaking: begins at one level, goes on at a lower one, and for a moment after it. Levels
// are on the SDK's scale of decibels, 0 to 1.
export class SpeakerMemory {
  readonly spokeAt = new Map<string, number>();
  #speaking: ReadonlySet<string> = new Set();

  /** The same set as before when nothing changed. */
  update(
    people: readonly Participant[],
    levels: ReadonlyMap<number, number>,
    now: number,
  ): ReadonlySet<string> {
    const next = new Set<string>();
    for (const { id, sources } of people) {
      const { microphone } = sources;
      if (microphone?.state !== "live") continue;
      const level = levels.get(microphone.id) ?? 0;
      if (level >= (this.#speaking.has(id) ? kStay : kStart)) this.spokeAt.set(id, now);
      if (now - (this.spokeAt.get(id) ?? Number.NEGATIVE_INFINITY) < kHoldMs) next.add(id);
    }
    const isSame = next.size === this.#speaking.size && [...next].every((id) => this.#speaking.has(id));
    if (!isSame) this.#speaking = next;
    return this.#speaking;
  }
}
