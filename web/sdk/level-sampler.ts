import type { Environment } from "./environment.ts";
import { LevelMeter, toMeterLevel } from "./level-meter.ts";
import type { PeerLink } from "./peer-link.ts";
import { latestCsrc, type SlotBoard } from "./slot-board.ts";
import type { Participant } from "./types.ts";

/** A level that is older says nothing of now. */
const kFreshMs = 300;

// How loud each source is just now: the received ones by what their packets say, the own microphone by a
// meter that is made when it is first asked for.
export class LevelSampler {
  readonly #environment: Environment;
  #meter: LevelMeter | null = null;
  #metered: MediaStreamTrack | null = null;

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  sample(
    peer: PeerLink | null,
    board: SlotBoard,
    self: Participant | null,
    microphone: MediaStreamTrack | null,
  ): ReadonlyMap<number, number> {
    const levels = new Map<number, number>();
    // Asking a receiver waits for the browser's media thread, which has better to do while it connects.
    if (peer?.state !== "connected") return levels;
    for (const audio of board.audios) {
      if (audio.source === 0) continue;
      const receiver = peer.slots.get(audio.slot)?.receiver;
      const newest = receiver?.getSynchronizationSources()[0];
      if (!receiver || newest?.audioLevel === undefined || !isFresh(newest.timestamp)) continue;
      const source = latestCsrc(receiver) ?? audio.source;
      if (source !== 0) levels.set(source, toMeterLevel(newest.audioLevel));
    }
    const own = self?.sources.microphone?.id;
    if (own !== undefined && microphone?.enabled) levels.set(own, this.#meterFor(microphone)?.level() ?? 0);
    return levels;
  }

  close(): void {
    this.#meter?.close();
    this.#meter = null;
    this.#metered = null;
  }

  #meterFor(track: MediaStreamTrack): LevelMeter | null {
    if (this.#metered !== track) {
      this.close();
      this.#metered = track;
      try {
        this.#meter = new LevelMeter(this.#environment, track);
      } catch {
        // No Web Audio here: the own tile shows no level.
      }
    }
    return this.#meter;
  }
}

// Chromium counts these times from the page's start, Firefox from 1970.
function isFresh(timestamp: number): boolean {
  const now =
    timestamp > performance.timeOrigin ? performance.timeOrigin + performance.now() : performance.now();
  return now - timestamp < kFreshMs;
}
