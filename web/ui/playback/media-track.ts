// One track in a media element of its own: opens the file, keeps the buffer filled around the time that is
// wanted, and says whether it can play there.

import { ParleyError } from "../../sdk/index.ts";
import { withDurations } from "./core/block-durations.ts";
import { endsSoon, kAhead, planBuffer } from "./core/buffer-plan.ts";
import type { Cluster } from "./core/cluster-scanner.ts";
import { isSound, type Track } from "./core/recording.ts";
import type { SeekCost } from "./core/seek-cost.ts";
import { type Clusters, type ReadBytes, TrackFile } from "./core/track-file.ts";
import { mimeTypeOf } from "./core/webm-type.ts";

/** `nothing`: there is no sound or picture at this time, also because the browser cannot play it. */
export type TrackStatus = "ready" | "loading" | "nothing";
export type TrackReader = (file: string, signal: AbortSignal) => ReadBytes;
/** `missing`: the server has it no more. `unreachable`: it may come yet, and what is there plays meanwhile. */
export type TrackFault = "unsupported" | "damaged" | "missing" | "unreachable";

/** Bytes a request asks for. */
const kSoundStep = 96 << 10;
const kPictureStep = 512 << 10;
/** Far beyond every recording: the element may seek to where nothing is buffered yet. */
const kNoEnd = 7 * 86_400;
const kRetryMs = 3_000;
/** Seconds: rounding. */
const kKeySlack = 0.002;

interface FedSpan {
  readonly from: number;
  to: number;
  readonly goal: number;
  isAtEnd: boolean;
  keys: number[];
}

export class MediaTrack {
  readonly element: HTMLMediaElement;
  readonly #file: TrackFile;
  readonly #cost: SeekCost;
  readonly #onChange: () => void;
  readonly #abort = new AbortController();
  track: Track;
  fault: TrackFault | null = null;
  /** Seconds from setting the position until the element plays there, as it was lately. */
  seekLatency = 0.03;
  /** The last one. */
  seekTookMs = 0;
  #source: MediaSource | null = null;
  #buffer: SourceBuffer | null = null;
  #fed: FedSpan | null = null;
  #cursor = 0;
  #tick = 0.001;
  #isGrowing = false;
  #time = 0;
  #ahead = kAhead;
  #isBusy = false;
  #isDisposed = false;
  #retryAt = 0;
  #seekBegan = 0;
  #seekFrom = 0;
  #url = "";

  constructor(track: Track, reader: TrackReader, cost: SeekCost, onChange: () => void) {
    this.track = track;
    this.#file = new TrackFile(reader(track.file, this.#abort.signal));
    this.#cost = cost;
    this.#onChange = onChange;
    this.element = document.createElement(isSound(track) ? "audio" : "video");
    this.element.preload = "auto";
    this.element.dataset.file = track.file;
    // Sound has no place on the page; some browsers play only what stands in it.
    if (isSound(track)) document.body.append(this.element);
    if (this.element instanceof HTMLVideoElement) {
      this.element.muted = true;
      this.element.playsInline = true;
      this.element.disablePictureInPicture = true;
    }
    this.element.addEventListener("loadeddata", onChange);
    this.element.addEventListener("seeked", () => {
      this.seekTookMs = performance.now() - this.#seekBegan;
      this.#cost.note(this.#seekFrom, this.seekTookMs / 1_000);
      this.seekLatency += (Math.min(this.seekTookMs / 1_000, 0.3) - this.seekLatency) * 0.3;
      onChange();
    });
  }

  /** The time around which to hold data, and seconds of it behind that; cheap to call often. */
  want(time: number, ahead = kAhead): void {
    this.#time = time;
    this.#ahead = ahead;
    if (this.#isBusy || this.#isDisposed || this.fault === "unsupported") return;
    if (this.fault && performance.now() < this.#retryAt) return;
    if (this.#buffer && planBuffer(this.#fed, time, ahead).kind === "rest") return;
    void this.#work();
  }

  /** The file may have grown since its end was reached, and may grow on or not. */
  lookAgain(isGrowing: boolean): void {
    this.#isGrowing = isGrowing;
    if (this.#fed) this.#fed.isAtEnd = false;
  }

  /** There is one to be seen: the last one while it seeks. */
  get hasPicture(): boolean {
    const { element } = this;
    if (!(element instanceof HTMLVideoElement)) return false;
    const { totalVideoFrames } = element.getVideoPlaybackQuality();
    return element.readyState >= element.HAVE_CURRENT_DATA || totalVideoFrames > 0;
  }

  status(time: number): TrackStatus {
    const isCut = this.fault === "unreachable";
    if (this.fault && !isCut) return "nothing";
    if (this.#isBuffered(time)) return "ready";
    if (isCut) return "loading";
    const fed = this.#fed;
    const isKnown = fed && time >= fed.from && (time < fed.to || fed.isAtEnd);
    return isKnown && !this.#buffer?.updating ? "nothing" : "loading";
  }

  /** Seconds of pictures before `time` that a seek there decodes, as far as they are loaded. */
  fromKey(time: number): number {
    return time - (this.#fed?.keys.findLast((key) => key <= time + kKeySlack) ?? time);
  }

  seek(time: number): void {
    this.#seekBegan = performance.now();
    this.#seekFrom = isSound(this.track) ? 0 : this.fromKey(time);
    this.element.currentTime = time;
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#abort.abort();
    this.element.pause();
    this.element.removeAttribute("src");
    this.element.load();
    this.element.remove();
    if (this.#url) URL.revokeObjectURL(this.#url);
  }

  /** So short before a gap, or its end, that sound may never be ready to play: browsers want some of it first. */
  endsSoon(time: number): boolean {
    return endsSoon(this.#fed, this.#bufferedUntil(time), time);
  }

  /** It seeks what lay before a gap, and `now` is behind that. */
  seeksInVain(now: number): boolean {
    const end = this.#bufferedUntil(this.element.currentTime);
    return end !== null && end <= now;
  }

  #isBuffered(time: number): boolean {
    return this.#bufferedUntil(time) !== null;
  }

  /** The end of what is loaded without a gap around `time`. */
  #bufferedUntil(time: number): number | null {
    const { buffered } = this.element;
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= time + 0.005 && time < buffered.end(i)) return buffered.end(i);
    }
    return null;
  }

  async #work(): Promise<void> {
    this.#isBusy = true;
    try {
      this.#buffer ??= await this.#open();
      while (!this.#isDisposed && (await this.#step(this.#buffer))) this.fault = null;
    } catch (error) {
      if (!this.#isDisposed) this.#fail(error);
    } finally {
      this.#isBusy = false;
      this.#onChange();
    }
  }

  /** false: nothing to do now. */
  async #step(buffer: SourceBuffer): Promise<boolean> {
    const step = planBuffer(this.#fed, this.#time, this.#ahead);
    const fed = this.#fed;
    if (step.kind === "rest") return false;
    if (step.kind === "evict" && fed) {
      await remove(buffer, 0, step.to);
      this.#fed = { ...fed, from: step.to, keys: fed.keys.filter((key) => key >= step.to) };
      this.#markEnd();
      return true;
    }
    if (step.kind === "restart") {
      this.#cursor = await this.#file.seek(step.at, this.track.to);
      this.#fed = null;
      if (this.#source?.readyState === "open") buffer.abort();
      await remove(buffer, 0, kNoEnd);
    }
    return this.#append(buffer, step.kind === "restart" ? step.at : null);
  }

  async #append(buffer: SourceBuffer, startAt: number | null): Promise<boolean> {
    const piece = await this.#file.next(this.#cursor, isSound(this.track) ? kSoundStep : kPictureStep);
    // Sought elsewhere meanwhile: what was read is not wanted any more.
    if (startAt !== null && Math.abs(this.#time - startAt) > 5) return true;
    const { bytes, clusters, next } = isSound(this.track) ? piece : this.#timed(piece);
    this.#cursor = next;
    if (bytes.length > 0) await append(buffer, bytes);
    const [first] = clusters;
    const to = clusters.at(-1)?.lastTime;
    const fed = this.#fed;
    if (!fed) {
      // A track that begins later is fed from where it was wanted all the same: there is nothing before.
      const goal = startAt ?? this.#time;
      const from = Math.min(goal, first?.time ?? Number.POSITIVE_INFINITY);
      this.#fed = { from, to: to ?? from, goal, isAtEnd: piece.isAtEnd, keys: keysOf(clusters) };
    } else {
      fed.to = Math.max(fed.to, to ?? 0);
      fed.isAtEnd = piece.isAtEnd;
      fed.keys = [...fed.keys, ...keysOf(clusters)];
    }
    this.#markEnd();
    this.#onChange();
    return true;
  }

  /**
   * A browser that waits for more never gets to the last pictures, which of a screen may be many seconds. What is
   * appended or removed later takes this back.
   */
  #markEnd(): void {
    if (!this.#fed?.isAtEnd || this.#isGrowing || this.#source?.readyState !== "open") return;
    this.#source.endOfStream();
  }

  /** For how long its last picture stands is not known before the next one is: that cluster is read once more. */
  #timed(piece: Clusters): Pick<Clusters, "bytes" | "clusters" | "next"> {
    const { bytes, clusters, isAtEnd } = piece;
    const [first] = clusters;
    const last = clusters.at(-1);
    if (!first || !last) return piece;
    const comesMore = isAtEnd ? this.#isGrowing : clusters.length > 1;
    if (!comesMore) return { ...piece, bytes: withDurations(bytes, this.#tick, this.track.to) };
    const whole = bytes.subarray(0, last.offset - first.offset);
    return {
      bytes: withDurations(whole, this.#tick, last.time),
      clusters: clusters.slice(0, -1),
      next: last.offset,
    };
  }

  async #open(): Promise<SourceBuffer> {
    const { head, init } = await this.#file.open();
    this.#tick = head.tick;
    const type = mimeTypeOf(head);
    if (!type || typeof MediaSource === "undefined" || !MediaSource.isTypeSupported(type))
      throw new Unsupported(head.codecId);
    const source = new MediaSource();
    this.#source = source;
    if (this.#url) URL.revokeObjectURL(this.#url);
    this.#url = URL.createObjectURL(source);
    this.element.src = this.#url;
    await new Promise((opened) => source.addEventListener("sourceopen", opened, { once: true }));
    const buffer = source.addSourceBuffer(type);
    await append(buffer, init);
    source.duration = kNoEnd;
    return buffer;
  }

  #fail(error: unknown): void {
    if (error instanceof Unsupported) this.fault = "unsupported";
    else if (!(error instanceof ParleyError)) this.fault = "damaged";
    else this.fault = error.code === "recording_not_found" ? "missing" : "unreachable";
    this.#retryAt = performance.now() + kRetryMs;
    // An element that met damage plays nothing any more: the next try begins with a new source.
    if (this.fault === "damaged") {
      this.#buffer = null;
      this.#fed = null;
    }
  }
}

class Unsupported extends Error {}

function keysOf(clusters: readonly Cluster[]): number[] {
  return clusters.flatMap(({ key }) => key ?? []);
}

function settled(buffer: SourceBuffer): Promise<void> {
  return new Promise((done, fail) => {
    buffer.addEventListener("updateend", () => done(), { once: true });
    buffer.addEventListener("error", () => fail(new Error("these bytes cannot be played")), { once: true });
  });
}

async function append(buffer: SourceBuffer, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const done = settled(buffer);
  buffer.appendBuffer(bytes);
  await done;
}

async function remove(buffer: SourceBuffer, from: number, to: number): Promise<void> {
  const done = settled(buffer);
  buffer.remove(from, to);
  await done;
}
