// Plays a live playlist in a video element by Media Source: new segments are appended as they come, each
// run of the encoder behind what was there before, and what was seen long ago is removed.

import { readPlaylist, type Segment } from "./playlist.ts";

export type LiveState = "waiting" | "playing" | "ended" | "gone";

export const kLiveType = 'video/mp4; codecs="avc1.64001f, mp4a.40.2"';
const kPollMs = 1000;
/** Kept behind what is seen, and begun with behind the newest, in seconds. */
const kKept = 30;
const kBehind = 4;
/** Farther behind than that one is brought to the present. */
const kMostBehind = 15;
/** Segments that one begins with. */
const kFirst = 3;
/** A playlist that cannot be had so often in a row is gone. */
const kMostFailures = 10;

export class LiveSource {
  readonly #video: HTMLVideoElement;
  readonly #playlist: string;
  readonly #tell: (state: LiveState) => void;
  readonly #stopped = new AbortController();
  readonly #source = new MediaSource();
  readonly #url: string;
  #buffer: SourceBuffer | null = null;
  #head = "";
  #next = -1;
  #failures = 0;
  #began = false;

  constructor(video: HTMLVideoElement, playlist: string, tell: (state: LiveState) => void) {
    this.#video = video;
    this.#playlist = new URL(playlist, location.href).href;
    this.#tell = tell;
    this.#url = URL.createObjectURL(this.#source);
    video.src = this.#url;
    this.#source.addEventListener("sourceopen", () => void this.#run(), { once: true });
  }

  stop(): void {
    this.#stopped.abort();
    URL.revokeObjectURL(this.#url);
    this.#video.removeAttribute("src");
    this.#video.load();
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      try {
        if (await this.#update()) return;
        this.#failures = 0;
      } catch {
        if (this.#stopped.signal.aborted) return;
        if (++this.#failures >= kMostFailures) return this.#tell("gone");
      }
      await new Promise((done) => setTimeout(done, kPollMs));
    }
  }

  /** True when nothing more will come. */
  async #update(): Promise<boolean> {
    const response = await fetch(this.#playlist, { signal: this.#stopped.signal });
    if (response.status === 404) {
      this.#tell("gone");
      return true;
    }
    if (!response.ok) throw new Error("no playlist");
    const { segments, hasEnded } = readPlaylist(await response.text());
    const fresh =
      this.#next < 0 ? segments.slice(-kFirst) : segments.filter(({ number }) => number >= this.#next);
    for (const segment of fresh) await this.#append(segment);
    this.#follow();
    if (!hasEnded) return false;
    if (this.#source.readyState === "open") this.#source.endOfStream();
    this.#video.addEventListener("ended", () => this.#tell("ended"), { once: true });
    if (this.#video.ended || !this.#began) this.#tell("ended");
    return true;
  }

  async #append(segment: Segment): Promise<void> {
    const bytes = await this.#load(segment.url);
    this.#buffer ??= this.#source.addSourceBuffer(kLiveType);
    if (segment.head !== this.#head) {
      const head = await this.#load(segment.head);
      // Its times begin at 0.
      this.#buffer.timestampOffset = end(this.#buffer);
      await this.#do(() => this.#buffer?.appendBuffer(head));
      this.#head = segment.head;
    }
    await this.#do(() => this.#buffer?.appendBuffer(bytes));
    this.#next = segment.number + 1;
    const old = this.#video.currentTime - kKept;
    if (old > 0) await this.#do(() => this.#buffer?.remove(0, old));
  }

  async #load(url: string): Promise<ArrayBuffer> {
    const response = await fetch(new URL(url, this.#playlist), { signal: this.#stopped.signal });
    if (!response.ok) throw new Error("no segment");
    return response.arrayBuffer();
  }

  #do(change: () => void): Promise<void> {
    return new Promise((done, fail) => {
      const buffer = this.#buffer;
      buffer?.addEventListener("updateend", () => done(), { once: true });
      buffer?.addEventListener("error", () => fail(new Error("not appended")), { once: true });
      change();
    });
  }

  /** Near the present, also after a pause of the network, and over what is missing. */
  #follow(): void {
    const buffer = this.#buffer;
    if (!buffer || buffer.buffered.length === 0) return;
    const video = this.#video;
    const newest = end(buffer);
    const start = buffer.buffered.start(buffer.buffered.length - 1);
    if (!this.#began) {
      this.#began = true;
      video.currentTime = Math.max(start, newest - kBehind);
      this.#tell("playing");
    } else if (
      !video.paused &&
      (newest - video.currentTime > kMostBehind || video.currentTime < start - kKept)
    ) {
      video.currentTime = Math.max(start, newest - kBehind);
    }
  }
}

const end = ({ buffered }: SourceBuffer) => (buffered.length === 0 ? 0 : buffered.end(buffered.length - 1));
