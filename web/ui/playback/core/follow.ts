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
