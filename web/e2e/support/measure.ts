// What a page really shows and plays: runs inside the page, over its own media elements.

import { decode, type PictureCode, SQUARES } from "./code.ts";
import { TONES } from "./fixtures.ts";

// Playwright's page or our own Firefox: the function is carried over as text.
export interface Evaluates {
  evaluate<R, A>(run: (argument: A) => R | Promise<R>, argument: A): Promise<R>;
}

// The page plays sound through elements that stand in no document: run in the page before its own
// scripts, this remembers them for soundsOf().
export function keepPlayers(): void {
  const players: HTMLAudioElement[] = [];
  Object.assign(window, { __players: players });
  window.Audio = new Proxy(window.Audio, {
    construct(target, args) {
      const player = Reflect.construct(target, args) as HTMLAudioElement;
      players.push(player);
      return player;
    },
  });
}

// Adds up by how much what stood in the page was moved (https://web.dev/cls), by its own doing or after a
// click, for layoutShift().
export function watchShifts(): void {
  const seen = { sum: 0, moved: [] as string[] };
  Object.assign(window, { __shifts: seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & {
      value: number;
      sources: { node: Node | null }[];
    })[]) {
      seen.sum += entry.value;
      for (const { node } of entry.sources) {
        seen.moved.push(node instanceof Element ? node.outerHTML.slice(0, 120) : String(node?.textContent));
      }
    }
  }).observe({ type: "layout-shift", buffered: true });
}

// The squares of every playing video of the page, by the tile it stands in.
export async function picturesOf(page: Evaluates, selector = "video"): Promise<(PictureCode | null)[]> {
  const rows = await page.evaluate(
    ([selector, count]) => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d", { willReadFrequently: true });
      return [...document.querySelectorAll<HTMLVideoElement>(selector)].map((video) => {
        const { videoWidth: width, videoHeight: height } = video;
        if (!pen || !width || !height) return null;
        canvas.width = width;
        canvas.height = height;
        pen.drawImage(video, 0, 0);
        const side = width / count;
        return Array.from({ length: count }, (_, i) => {
          const [red = 0] = pen.getImageData(Math.floor((i + 0.5) * side), Math.floor(height / 2), 1, 1).data;
          return red > 125;
        });
      });
    },
    [selector, SQUARES] as const,
  );
  return rows.map((squares) => (squares ? decode(squares) : null));
}

// The colour in the middle of a playing video: red, green, blue of 0..255; null without a picture.
export async function colourOf(page: Evaluates, selector: string): Promise<number[] | null> {
  return page.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    if (!pen || !video?.videoWidth) return null;
    canvas.width = canvas.height = 1;
    pen.drawImage(video, video.videoWidth / 2, video.videoHeight / 2, 1, 1, 0, 0, 1, 1);
    return [...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  }, selector);
}

export interface Heard {
  hertz: number; // the strongest frequency
  share: number; // of all energy within 20 Hz of it, 0..1
  level: number; // root mean square, 0..1
}

// Each audio element with a live stream, and where asked for each that plays a file, listened to for `ms`.
export async function soundsOf(page: Evaluates, ms = 700, files = false): Promise<Heard[]> {
  return page.evaluate(
    async ([ms, files]) => {
      const context = new AudioContext();
      await context.resume();
      const detached = (window as { __players?: HTMLMediaElement[] }).__players ?? [];
      const elements = [...detached, ...document.querySelectorAll<HTMLMediaElement>("audio, video")];
      const streams = elements.flatMap((element) => {
        const player = element as HTMLMediaElement & { captureStream?(): MediaStream };
        if (player.muted) return [];
        if (files && player.currentSrc && !player.paused) return player.captureStream?.() ?? [];
        return player.srcObject instanceof MediaStream ? player.srcObject : [];
      });
      const ears = streams
        .filter((stream) => stream.getAudioTracks().length > 0)
        .map((stream) => {
          const ear = context.createAnalyser();
          ear.fftSize = 16384;
          ear.smoothingTimeConstant = 0;
          context.createMediaStreamSource(stream).connect(ear);
          return ear;
        });
      await new Promise((done) => setTimeout(done, ms));
      const heard = ears.map((ear) => {
        const decibels = new Float32Array(ear.frequencyBinCount);
        const wave = new Float32Array(ear.fftSize);
        ear.getFloatFrequencyData(decibels);
        ear.getFloatTimeDomainData(wave);
        const energy = decibels.map((d) => (Number.isFinite(d) ? 10 ** (d / 10) : 0));
        const bin = context.sampleRate / ear.fftSize;
        const top = energy.indexOf(Math.max(...energy));
        const reach = Math.ceil(20 / bin);
        const near = energy.slice(Math.max(0, top - reach), top + reach + 1).reduce((a, b) => a + b, 0);
        const all = energy.reduce((a, b) => a + b, 0);
        const level = Math.sqrt(wave.reduce((a, b) => a + b * b, 0) / wave.length);
        return { hertz: top * bin, share: all > 0 ? near / all : 0, level };
      });
      await context.close();
      return heard;
    },
    [ms, files] as const,
  );
}

// Of what is heard, the tones: their numbers. A sound that is none of them is -1.
export function tonesIn(heard: readonly Heard[]): number[] {
  return heard
    .filter((sound) => sound.level > 0.01 && sound.share > 0.8)
    .map((sound) => TONES.findIndex((tone) => Math.abs(tone - sound.hertz) < 15))
    .sort();
}

// Of all that the page plays together, over `ms`: the longest time in ms during which it was below a third
// of what it usually is. Players that come meanwhile are heard as well.
export async function longestSilence(page: Evaluates, ms: number): Promise<number> {
  return page.evaluate(async (ms) => {
    const context = new AudioContext();
    await context.resume();
    const kFrames = 1024;
    const ear = context.createScriptProcessor(kFrames, 1, 1);
    ear.connect(context.destination);
    const levels: number[] = [];
    ear.onaudioprocess = ({ inputBuffer }) => {
      const wave = inputBuffer.getChannelData(0);
      levels.push(Math.sqrt(wave.reduce((a, b) => a + b * b, 0) / wave.length));
    };
    const heard = new Set<MediaStream>();
    const listen = () => {
      for (const { srcObject } of (window as { __players?: HTMLMediaElement[] }).__players ?? []) {
        if (!(srcObject instanceof MediaStream) || heard.has(srcObject)) continue;
        heard.add(srcObject);
        context.createMediaStreamSource(srcObject).connect(ear);
      }
    };
    const timer = setInterval(listen, 10);
    await new Promise((done) => setTimeout(done, ms));
    clearInterval(timer);
    await context.close();
    const usual = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 2)] ?? 0;
    let longest = 0;
    let now = 0;
    // What there is before the first stream is listened to is no silence of theirs.
    for (const level of levels.slice(levels.findIndex((level) => level > usual / 3))) {
      now = level < usual / 3 ? now + 1 : 0;
      longest = Math.max(longest, now);
    }
    return Math.round((longest * kFrames * 1_000) / context.sampleRate);
  }, ms);
}

// Polls until the measurement satisfies; the last one seen is in the error.
export async function until<T>(
  what: string,
  measure: () => Promise<T>,
  good: (value: T) => boolean,
  timeoutMs = 20_000,
): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await measure();
    if (good(value)) return value;
    if (Date.now() > end)
      throw new Error(`not within ${timeoutMs} ms: ${what}; last seen ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 150));
  }
}
