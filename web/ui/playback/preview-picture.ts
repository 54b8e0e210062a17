// The picture of a moment that does not play: one track at a time, around one place of it.

import type { Track } from "./core/recording.ts";
import { SeekCost } from "./core/seek-cost.ts";
import { MediaTrack, type TrackReader } from "./media-track.ts";

/** Seconds of data behind the place. */
const kAhead = 0.5;
const kThere = 0.05;

export class PreviewPicture {
  readonly #reader: TrackReader;
  readonly #onPicture: (element: HTMLMediaElement | null) => void;
  #media: MediaTrack | null = null;
  #time = 0;

  /** `onPicture`: the element shows the moment that was asked for last, or nothing does. */
  constructor(reader: TrackReader, onPicture: (element: HTMLMediaElement | null) => void) {
    this.#reader = reader;
    this.#onPicture = onPicture;
  }

  show(track: Track | null, time: number): void {
    if (track?.file !== this.#media?.track.file) {
      this.dispose();
      this.#media = track && new MediaTrack(track, this.#reader, new SeekCost(), () => this.#look());
    }
    this.#time = time;
    this.#media?.want(time, kAhead);
    this.#look();
  }

  dispose(): void {
    this.#media?.dispose();
    this.#media = null;
  }

  #look(): void {
    const media = this.#media;
    const isReady = media?.status(this.#time) === "ready";
    const isThere = isReady && Math.abs(media.element.currentTime - this.#time) < kThere;
    if (isReady && !isThere) media.seek(this.#time);
    const isShown = isThere && !media.element.seeking && media.hasPicture;
    this.#onPicture(isShown ? media.element : null);
  }
}
