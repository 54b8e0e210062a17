// How one element is brought to the master's time: left alone, played a little faster or slower, or sought.

export type Correction =
  | { readonly kind: "rate"; readonly rate: number }
  | { readonly kind: "seek"; readonly to: number };

/**
 * Seconds. Inside the first it is left alone: sound longer, for one hears when its rate changes. Beyond the second
 * waiting for the rate would take too long.
 */
export const kClose = { sound: 0.012, picture: 0.004 } as const;
const kFar = 0.08;
const kMostRate = 0.06;
/** Seconds in which the rate makes up for what is off. */
const kCatchUp = 0.8;

/**
 * `position` and `master` are seconds, `speed` the chosen one, `latency` how long a seek of this element
 * takes, in seconds of the wall: it is aimed at where the master will be then. `close` is one of kClose.
 */
export function follow(
  position: number,
  master: number,
  speed: number,
  latency: number,
  close: number,
): Correction {
  const off = (master - position) / speed;
  if (Math.abs(off) > kFar) return { kind: "seek", to: master + latency * speed };
  if (Math.abs(off) < close) return { kind: "rate", rate: speed };
  const more = Math.min(Math.max(off / kCatchUp, -kMostRate), kMostRate);
  return { kind: "rate", rate: speed * (1 + more) };
}

/** Seconds of the wall: nearer than this to its time an element begins to play, and the rate does the rest. */
export const kNear = 0.08;
const kDue = 0.02;

/**
 * What an element that stands does while the clock runs, `off` seconds of the wall ahead of it. `isSent`: it was sent
 * ahead, to where the clock would be by the time it is there; late it plays all the same, and is corrected.
 */
export function join(off: number, isSent: boolean): "play" | "wait" | "go" {
  if (isSent) return off < kDue ? "play" : "wait";
  return Math.abs(off) < kNear ? "play" : "go";
}
