// How one element is brought to the master's time: left alone, played a little faster or slower, or sought.

export type Correction =
  | { readonly kind: "rate"; readonly rate: number }
  | { readonly kind: "seek"; readonly to: number };

/** Seconds. Inside the first nobody notices; beyond the second waiting for the rate would take too long. */
const kClose = 0.012;
const kFar = 0.08;
const kMostRate = 0.06;
/** Seconds in which the rate makes up for what is off. */
const kCatchUp = 0.8;

/**
 * `position` and `master` are seconds, `speed` the chosen one, `latency` how long a seek of this element
 * takes, in seconds of the wall: it is aimed at where the master will be then.
 */
export function follow(position: number, master: number, speed: number, latency: number): Correction {
  const off = (master - position) / speed;
  if (Math.abs(off) > kFar) return { kind: "seek", to: master + latency * speed };
  if (Math.abs(off) < kClose) return { kind: "rate", rate: speed };
  const more = Math.min(Math.max(off / kCatchUp, -kMostRate), kMostRate);
  return { kind: "rate", rate: speed * (1 + more) };
}
