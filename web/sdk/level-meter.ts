import type { Environment } from "./environment.ts";

const kQuietestDb = -60;
const kSamples = 512;

/** Linear amplitude (1: full scale) to the part of a meter that should be filled. */
export function toMeterLevel(amplitude: number): number {
  if (amplitude <= 0) return 0;
  const decibels = 20 * Math.log10(amplitude);
  return Math.min(Math.max(1 - decibels / kQuietestDb, 0), 1);
}

// How loud a track of one's own is just now. Read `level()` per animation frame. One AudioContext per
// meter: browsers allow a handful, and there is one microphone.
export class LevelMeter {
  readonly #context: AudioContext;
  readonly #analyser: AnalyserNode;
  readonly #source: MediaStreamAudioSourceNode;
  readonly #samples = new Float32Array(kSamples);

  constructor(environment: Environment, track: MediaStreamTrack) {
    this.#context = environment.createAudioContext();
    this.#analyser = this.#context.createAnalyser();
    this.#analyser.fftSize = kSamples;
    this.#source = this.#context.createMediaStreamSource(environment.createStream([track]));
    this.#source.connect(this.#analyser);
  }

  /** 0 to 1, on a scale of decibels. */
  level(): number {
    return toMeterLevel(this.amplitude());
  }

  /** Root mean square of the newest samples, 0 to 1. */
  amplitude(): number {
    // A context that was made before the person touched the page waits for this.
    if (this.#context.state === "suspended") this.#context.resume().catch(() => {});
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.sqrt(sum / this.#samples.length);
  }

  close(): void {
    this.#source.disconnect();
    this.#context.close().catch(() => {});
  }
}
