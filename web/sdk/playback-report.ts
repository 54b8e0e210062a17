import type { Requests } from "./protocol.ts";
import type { ConnectionStats, InboundStats } from "./stats.ts";

export type Playback = Requests["playback"]["data"];

const kIntervalMs = 10_000;
const kLongestMs = 60_000;
const kSamplesPerMs = 48;
const kVideosAtMost = 64;

// How well what comes in could be played, for those who look after the server: what grew since the last
// look is gathered and told every ten seconds. A freeze counts for whoever is in the slot when it ends.
export class PlaybackReport {
  readonly #last = new Map<string, InboundStats>();
  #since: number | null = null;
  #heardMs = 0;
  #concealedMs = 0;
  #videos = new Map<number, { frozenMs: number; freezes: number }>();

  /** Another transport: its totals begin at zero. */
  restart(): void {
    this.#last.clear();
    this.#since = null;
    this.#clear();
  }

  /** Returns what is to be told now, if it is time. `sourceOf`: whose picture the m-line shows. */
  note(stats: ConnectionStats, sourceOf: (mid: string) => number | null, now: number): Playback | null {
    this.#since ??= now;
    for (const entry of stats.inbound) this.#add(entry, sourceOf);
    const ms = Math.round(now - this.#since);
    if (ms < kIntervalMs) return null;
    const report = this.#report(ms);
    this.#since = now;
    this.#clear();
    return report;
  }

  #add(entry: InboundStats, sourceOf: (mid: string) => number | null): void {
    const before = this.#last.get(entry.mid);
    this.#last.set(entry.mid, entry);
    if (!before) return;
    if (entry.kind === "audio") {
      // What is made up where nothing was sent conceals nothing.
      const silence = entry.silentConcealedSamples - before.silentConcealedSamples;
      const heard = Math.max(entry.samples - before.samples - silence, 0);
      const concealed = Math.max(entry.concealedSamples - before.concealedSamples - silence, 0);
      this.#heardMs += heard / kSamplesPerMs;
      this.#concealedMs += Math.min(concealed, heard) / kSamplesPerMs;
      return;
    }
    const freezes = entry.freezes - before.freezes;
    const frozenMs = entry.freezeMs - before.freezeMs;
    const source = freezes > 0 || frozenMs > 0 ? sourceOf(entry.mid) : null;
    if (source === null) return;
    const sum = this.#videos.get(source) ?? { frozenMs: 0, freezes: 0 };
    this.#videos.set(source, { frozenMs: sum.frozenMs + frozenMs, freezes: sum.freezes + freezes });
  }

  #report(ms: number): Playback {
    const heard = Math.round(this.#heardMs);
    return {
      // A page that slept measures too much.
      ms: Math.min(ms, kLongestMs),
      heard_ms: Math.min(heard, 4 * kLongestMs),
      concealed_ms: Math.min(Math.round(this.#concealedMs), heard, 4 * kLongestMs),
      video: [...this.#videos]
        .slice(0, kVideosAtMost)
        .map(([source, { frozenMs, freezes }]) => ({ source, frozen_ms: Math.round(frozenMs), freezes })),
    };
  }

  #clear(): void {
    this.#heardMs = 0;
    this.#concealedMs = 0;
    this.#videos = new Map();
  }
}
