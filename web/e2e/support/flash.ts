// A camera that flashes and a microphone that beeps at the same moments, once a second, and how far apart
// they are in what comes out at the other end.

import { execFileSync } from "node:child_process";
import { median } from "./figures.ts";
import type { Evaluates } from "./measure.ts";

/** Of one after the other, in seconds. */
const kEverySeconds = 1;
const kLastsSeconds = 0.2;

/** Run in a page before its own scripts: its devices become these. */
export function flashAndBeep([every, lasts]: readonly [number, number]): void {
  let source: MediaStream | null = null;
  const start = (): MediaStream => {
    const context = new AudioContext({ sampleRate: 48_000, latencyHint: "interactive" });
    const destination = context.createMediaStreamDestination();
    const tone = context.createOscillator();
    const loudness = context.createGain();
    tone.frequency.value = 1_000;
    loudness.gain.value = 0;
    tone.connect(loudness).connect(destination);
    tone.start();
    let scheduled = Math.ceil(context.currentTime) + 1;
    const canvas = document.createElement("canvas");
    canvas.width = 320;
    canvas.height = 180;
    const pen = canvas.getContext("2d");
    let dots = 0;
    // Much more often than pictures are taken of it.
    setInterval(() => {
      if (!pen) return;
      const now = context.currentTime;
      for (; scheduled < now + 3; scheduled += every) {
        loudness.gain.setValueAtTime(0.5, scheduled);
        loudness.gain.setValueAtTime(0, scheduled + lasts);
      }
      pen.fillStyle = now % every < lasts && now > 1 ? "white" : "black";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      // Something that moves, so that a picture is sent in between, too.
      pen.fillStyle = "grey";
      dots = (dots + 1) % 300;
      pen.fillRect(dots, 170, 8, 8);
    }, 5);
    return new MediaStream([
      ...canvas.captureStream(30).getVideoTracks(),
      ...destination.stream.getAudioTracks(),
    ]);
  };
  navigator.mediaDevices.getUserMedia = async (wish) => {
    source ??= start();
    return new MediaStream([
      ...(wish?.video ? source.getVideoTracks() : []).map((track) => track.clone()),
      ...(wish?.audio ? source.getAudioTracks() : []).map((track) => track.clone()),
    ]);
  };
}

export const rhythm = [kEverySeconds, kLastsSeconds] as const;

function output(command: string, args: readonly string[]): Buffer {
  return execFileSync(command, args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "ignore"] });
}

interface Frame {
  time: number;
  light: number;
}

function framesOf(file: string, part = ""): Frame[] {
  const graph = `movie=${file},${part && `crop=${part},`}scale=16:16,signalstats`;
  const entries = "frame=pts_time:frame_tags=lavfi.signalstats.YAVG";
  const args = ["-v", "error", "-f", "lavfi", "-i", graph, "-show_entries", entries, "-of", "csv=p=0"];
  return output("ffprobe", args)
    .toString()
    .trim()
    .split("\n")
    .map((line) => {
      const [time = 0, light = 0] = line.split(",").map(Number);
      return { time, light };
    });
}

/** Milliseconds for which a picture of a file usually stands. */
export function pictureLength(file: string): number {
  const frames = framesOf(file);
  return 1_000 * median(frames.slice(1).map(({ time }, index) => time - (frames[index]?.time ?? 0)));
}

/** When the picture of a file turns bright, in its own time; or a part of it: width:height:left:top in pixels. */
export function flashesIn(file: string, part = ""): number[] {
  return onsets(framesOf(file, part).map(({ time, light }) => [time, light > 120]));
}

/** When each flash of a player stands on the screen, for `ms`, in the time of the sound that is heard then. */
export function flashesInPage(page: Evaluates, video: string, audio: string, ms: number): Promise<number[]> {
  return page.evaluate(
    async ([seen, heard, ms]) => {
      const video = document.querySelector<HTMLVideoElement>(seen);
      const audio = document.querySelector<HTMLAudioElement>(heard);
      const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
      if (!video || !audio || !pen) return [];
      const found: number[] = [];
      let wasBright = true;
      const end = performance.now() + ms;
      while (performance.now() < end) {
        const shown = await new Promise<VideoFrameCallbackMetadata | null>((done) => {
          video.requestVideoFrameCallback((_, frame) => done(frame));
          setTimeout(() => done(null), 500);
        });
        if (!shown) continue;
        const heard = audio.currentTime + (shown.expectedDisplayTime - performance.now()) / 1_000;
        pen.drawImage(video, 0, 0, 1, 1);
        const isBright = (pen.getImageData(0, 0, 1, 1).data[0] ?? 0) > 120;
        if (isBright && !wasBright) found.push(heard);
        wasBright = isBright;
      }
      return found;
    },
    [video, audio, ms] as const,
  );
}

/** When the sound of a file begins to beep, in its own time: by what each packet of it says, whatever came before. */
export function beepsIn(file: string): number[] {
  const entries = "frame=pts_time,nb_samples";
  const probe = ["-v", "error", "-select_streams", "a", "-show_entries", entries, "-of", "csv=p=0", file];
  const packets = output("ffprobe", probe)
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.split(",").map(Number));
  const rate = 48_000;
  const raw = ["-v", "error", "-i", file, "-vn", "-ac", "1", "-ar", String(rate), "-f", "s16le", "-"];
  const bytes = output("ffmpeg", raw);
  const block = rate / 1000; // 1 ms
  const loud: [number, boolean][] = [];
  let begin = 0;
  for (const [at = 0, samples = 0] of packets) {
    const end = Math.min(begin + samples, bytes.length / 2);
    for (let from = begin; from < end; from += block) {
      let most = 0;
      for (let i = from; i < Math.min(from + block, end); i++)
        most = Math.max(most, Math.abs(bytes.readInt16LE(2 * i)));
      loud.push([at + (from - begin) / rate, most > 2_000]);
    }
    begin = end;
  }
  return onsets(loud);
}

/** Where it begins, after at least a third of a second without. */
function onsets(states: readonly (readonly [number, boolean])[]): number[] {
  const found: number[] = [];
  const [start] = states[0] ?? [0];
  let lastOn = Number.NEGATIVE_INFINITY;
  for (const [time, isOn] of states) {
    if (isOn && time - lastOn > 0.3 && time > start + 0.3) found.push(time);
    if (isOn) lastOn = time;
  }
  return found;
}

/** Milliseconds from each beep to its flash. */
export function apart(beeps: readonly number[], flashes: readonly number[]): number[] {
  return beeps.flatMap((beep) => {
    const nearest = flashes.reduce(
      (best, flash) => (Math.abs(flash - beep) < Math.abs(best - beep) ? flash : best),
      Number.POSITIVE_INFINITY,
    );
    return Math.abs(nearest - beep) < kEverySeconds / 2 ? [(nearest - beep) * 1_000] : [];
  });
}
