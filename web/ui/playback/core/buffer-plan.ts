// What a track's buffer needs next: to begin anew elsewhere, more, less behind, or nothing.

export interface Fed {
  /** Seconds: what was appended without a break reaches from here to there. */
  readonly from: number;
  readonly to: number;
  /** Seconds: it was begun for this place, at the key frame before it, and is read on until there however far that is. */
  readonly goal: number;
  /** The file has nothing behind it now. */
  readonly isAtEnd: boolean;
  /** Times of key frames in it, rising. */
  readonly keys: readonly number[];
}

export type BufferStep =
  | { readonly kind: "restart"; readonly at: number }
  | { readonly kind: "append" }
  | { readonly kind: "evict"; readonly to: number }
  | { readonly kind: "rest" };

/** Seconds. */
export const kAhead = 20;
const kBehind = 12;
const kEvictStep = 8;
/** Nearer than this, what lies ahead is read on to instead of sought. */
const kReadOn = 3;
/** Chromium plays no sound before it has 0.2 of them. */
const kLeastSound = 0.5;

export function planBuffer(fed: Fed | null, time: number, ahead = kAhead): BufferStep {
  if (!fed || time < fed.from - 0.001 || (time > Math.max(fed.to, fed.goal) + kReadOn && !fed.isAtEnd))
    return { kind: "restart", at: time };
  // Up to a key frame, never between two: removing part of a group of pictures takes the rest with it.
  const key = fed.keys.findLast((at) => at <= time - kBehind);
  if (key !== undefined && key - fed.from > kEvictStep) return { kind: "evict", to: key };
  return fed.to < time + ahead && !fed.isAtEnd ? { kind: "append" } : { kind: "rest" };
}

/** Is so little left around `time`, of what is held without a gap until `end`, that no more of it comes? */
export function endsSoon(fed: Fed | null, end: number | null, time: number): boolean {
  if (fed === null || end === null || end - time >= kLeastSound) return false;
  return fed.isAtEnd || fed.to > end;
}
