// Plays all tracks of a recording in step: makes a MediaTrack for each that is on around the present, lets
// the master clock run while they have data, and brings each one to its time.

import { kAhead } from "./core/buffer-plan.ts";
import { follow, kClose } from "./core/follow.ts";
import { MasterClock } from "./core/master-clock.ts";
import { afterPause, isOn, tracksWithin } from "./core/moments.ts";
import { isSound, type Recording, type Track } from "./core/recording.ts";
import { MediaTrack, type TrackReader } from "./media-track.ts";

export interface PlayerState {
  readonly time: number;
  readonly isPlaying: boolean;
  /** Wants to play and waits for data. */
  readonly isWaiting: boolean;
}

const kTickMs = 40;
/** Seconds before its time that a track is opened, and after it that it is kept. */
const kOpenAhead = 6;
const kKeepBehind = 4;
/** Longer than this nobody waits for a track that does not come. */
const kMostWaitMs = 6_000;
/** Nor for one whose decoder does not get to the place: it goes there from the last key frame. */
const kMostSeekMs = 20_000;
/** Seconds of data that each track has before any gets more: it begins sooner so. */
const kAheadToStart = 4;
const kStallMs = 350;
const kSeekPauseMs = 900;
/** A machine that is slow at seeking does something else most of the time. */
const kSeekPauses = 5;
/** For this long after a start the clock goes by the sound that has begun. */
const kStartMs = 400;
const kLookAgainMs = 700;
const kSettled = 0.02;

interface Slot {
  readonly media: MediaTrack;
  soughtAt: number;
  missingSince: number;
}

export class Player {
  readonly #clock = new MasterClock(() => performance.now());
  readonly #slots = new Map<string, Slot>();
  readonly #reader: TrackReader;
  readonly #onState: (state: PlayerState) => void;
  readonly #onTracks: () => void;
  #recording: Recording;
  #wanted: ReadonlySet<string> | null = null;
  #isPlaying = false;
  #waitingSince = 0;
  #startedAt = 0;
  #lookedAt = 0;
  #volume = 1;
  #timer: ReturnType<typeof setInterval>;

  constructor(
    recording: Recording,
    reader: TrackReader,
    onState: (state: PlayerState) => void,
    onTracks: () => void,
  ) {
    this.#recording = recording;
    this.#reader = reader;
    this.#onState = onState;
    this.#onTracks = onTracks;
    this.#timer = setInterval(() => this.#tick(), kTickMs);
    this.#tick();
  }

  dispose(): void {
    clearInterval(this.#timer);
    for (const { media } of this.#slots.values()) media.dispose();
    this.#slots.clear();
  }

  get time(): number {
    return this.#clock.time;
  }

  /** The same recording, grown. */
  update(recording: Recording): void {
    const hasEnded = this.#recording.isGrowing && !recording.isGrowing;
    this.#recording = recording;
    if (hasEnded) for (const { media } of this.#slots.values()) media.lookAgain(false);
  }

  media(file: string): MediaTrack | null {
    return this.#slots.get(file)?.media ?? null;
  }

  /** Files of pictures that are shown; the others are not loaded. Sound always is. */
  setShown(files: ReadonlySet<string>): void {
    this.#wanted = files;
  }

  play(): void {
    if (this.#clock.time >= this.#recording.duration - 0.05 && !this.#recording.isGrowing) this.seek(0);
    this.#isPlaying = true;
    this.#beginWait();
    this.#tick();
  }

  pause(): void {
    this.#isPlaying = false;
    this.#waitingSince = 0;
    this.#clock.stop();
    this.#tick();
  }

  seek(time: number): void {
    const inside = Math.min(Math.max(time, 0), this.#recording.duration);
    this.#clock.stop();
    this.#clock.set(inside);
    for (const slot of this.#slots.values()) {
      slot.media.element.pause();
      slot.soughtAt = 0;
    }
    if (this.#isPlaying) this.#beginWait();
    this.#tick();
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed);
  }

  /** 0..1. */
  setVolume(volume: number): void {
    this.#volume = volume;
    for (const { media } of this.#slots.values()) media.element.volume = volume;
  }

  #beginWait(): void {
    this.#waitingSince = performance.now();
  }

  #tick(): void {
    const { duration, isGrowing, marks } = this.#recording;
    let now = this.#clock.time;
    const behindPause = this.#isPlaying ? afterPause(marks, now) : null;
    if (behindPause !== null && behindPause < duration) {
      this.seek(behindPause + 0.001);
      return;
    }
    if (this.#clock.isRunning && now >= duration) {
      this.#clock.stop();
      this.#clock.set(duration);
      now = duration;
      if (isGrowing) this.#beginWait();
      else this.#isPlaying = false;
    }
    this.#reconcile(now);
    if (this.#isPlaying && !this.#clock.isRunning) this.#tryStart(now);
    for (const slot of this.#slots.values()) this.#drive(slot, this.#clock.time);
    this.#drawClock();
    this.#onState({
      time: this.#clock.time,
      isPlaying: this.#isPlaying,
      isWaiting: this.#isPlaying && !this.#clock.isRunning,
    });
  }

  /** Opens what is on or soon will be, closes what is over. */
  #reconcile(now: number): void {
    const ahead = kOpenAhead * Math.max(1, this.#clock.speed);
    const near = tracksWithin(this.#recording, { from: now - kKeepBehind, to: now + ahead });
    const files = new Map(near.filter((track) => this.#isWanted(track)).map((track) => [track.file, track]));
    let hasChanged = false;
    for (const [file, slot] of this.#slots) {
      const track = files.get(file);
      if (track) slot.media.track = track;
      else {
        slot.media.dispose();
        this.#slots.delete(file);
        hasChanged = true;
      }
    }
    for (const [file, track] of files) {
      if (this.#slots.has(file)) continue;
      const media = new MediaTrack(track, this.#reader, this.#onTracks);
      media.element.volume = this.#volume;
      if (this.#recording.isGrowing) media.lookAgain(true);
      this.#slots.set(file, { media, soughtAt: 0, missingSince: 0 });
      hasChanged = true;
    }
    if (this.#recording.isGrowing && performance.now() - this.#lookedAt > kLookAgainMs) {
      this.#lookedAt = performance.now();
      for (const { media } of this.#slots.values()) media.lookAgain(true);
    }
    for (const { media } of this.#slots.values())
      media.want(
        Math.min(Math.max(now, media.track.from), media.track.to),
        this.#clock.isRunning ? kAhead : kAheadToStart,
      );
    if (hasChanged) this.#onTracks();
  }

  #isWanted(track: Track): boolean {
    return isSound(track) || this.#wanted === null || this.#wanted.has(track.file);
  }

  /** Lets the clock run once everything that is on stands ready at its place. */
  #tryStart(now: number): void {
    if (now >= this.#recording.duration) return;
    const waited = performance.now() - this.#waitingSince;
    const isReady = [...this.#slots.values()].every(({ media }) => {
      const { element } = media;
      const status = media.status(now);
      if (!isOn(media.track, now) || status === "nothing") return true;
      if (status === "loading") return waited > kMostWaitMs;
      const isThere = !element.seeking && Math.abs(element.currentTime - now) < kSettled;
      return (isThere && element.readyState >= element.HAVE_FUTURE_DATA) || waited > kMostSeekMs;
    });
    if (!isReady) return;
    this.#waitingSince = 0;
    this.#startedAt = performance.now();
    this.#clock.run();
  }

  #drive(slot: Slot, now: number): void {
    const { media } = slot;
    const { element } = media;
    const { status, place } = this.#aim(media, now);
    if (status !== "ready") {
      if (!element.paused) element.pause();
      if (status === "loading") this.#stall(slot);
      else if (place !== null) this.#place(slot, place);
      return;
    }
    slot.missingSince = 0;
    if (!this.#clock.isRunning) {
      if (!element.paused) element.pause();
      this.#place(slot, now);
      return;
    }
    // What it seeks may have been removed meanwhile: that would never end.
    if (element.seeking && media.status(element.currentTime) === "ready") return;
    if (element.paused) {
      if (Math.abs(element.currentTime - now) > 0.08) media.seek(now + media.seekLatency * this.#clock.speed);
      element.playbackRate = this.#clock.speed;
      element.play().catch(() => {});
      return;
    }
    this.#correct(slot, now);
  }

  /** Where the element belongs: the present if its track is on, else where it will go on. */
  #aim(media: MediaTrack, now: number) {
    const { track } = media;
    if (isOn(track, now)) return { status: media.status(now), place: null };
    const next = now < track.from ? track.from : (track.gaps.find((gap) => now < gap.to)?.to ?? null);
    return { status: "off" as const, place: next !== null && next < track.to ? next : null };
  }

  /** Puts an element that does not play where it will begin, so that its frame is there in time. */
  #place({ media }: Slot, time: number): void {
    const { element } = media;
    if (media.status(time) !== "ready") return;
    if (Math.abs(element.currentTime - time) > kSettled / 2) media.seek(time);
  }

  #correct(slot: Slot, now: number): void {
    const { media } = slot;
    const { element } = media;
    const close = isSound(media.track) ? kClose.sound : kClose.picture;
    const correction = follow(element.currentTime, now, this.#clock.speed, media.seekLatency, close);
    if (correction.kind === "rate") {
      if (Math.abs(element.playbackRate - correction.rate) > 0.002) element.playbackRate = correction.rate;
      return;
    }
    const at = performance.now();
    const pause = Math.max(kSeekPauseMs, kSeekPauses * media.seekTookMs);
    if (at - slot.soughtAt < pause || at - this.#startedAt < kStartMs) return;
    slot.soughtAt = at;
    media.seek(correction.to);
  }

  /** Everyone waits for a track whose data is late, but not for a hiccup. */
  #stall(slot: Slot): void {
    const at = performance.now();
    slot.missingSince ||= at;
    if (!this.#clock.isRunning || at - slot.missingSince < kStallMs) return;
    if (at - slot.missingSince > kMostWaitMs + kStallMs) return;
    this.#clock.stop();
    this.#beginWait();
  }

  #drawClock(): void {
    if (!this.#clock.isRunning) return;
    const heard = [...this.#slots.values()].find(
      ({ media: { element, track } }) =>
        isSound(track) && !element.paused && !element.seeking && element.readyState >= 3,
    );
    if (!heard) return;
    const isFresh = performance.now() - this.#startedAt < kStartMs;
    this.#clock.draw(heard.media.element.currentTime, isFresh ? 1 : undefined);
  }
}
