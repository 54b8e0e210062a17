// Plays all tracks of a recording in step: makes a MediaTrack for each that is on around the present, lets
// the master clock run while they have data, and brings each one to its time. Who goes elsewhere hears all and
// sees the picture that says most as soon as these are there; the other pictures are loaded and decoded behind
// them, a few at a time, and play once the clock reaches the place that they went to.

import { kAhead } from "./core/buffer-plan.ts";
import { follow, join, kClose, kNear } from "./core/follow.ts";
import { MasterClock } from "./core/master-clock.ts";
import { behindPause, faceAt, isOn, tracksWithin } from "./core/moments.ts";
import { isSound, type Recording, type Track } from "./core/recording.ts";
import { SeekCost } from "./core/seek-cost.ts";
import { MediaTrack, type TrackReader } from "./media-track.ts";

export interface PlayerState {
  readonly time: number;
  readonly isPlaying: boolean;
  /** Wants to play and waits for data. */
  readonly isWaiting: boolean;
  /** Something of this moment does not come, since the server does not answer. */
  readonly isCut: boolean;
}

const kTickMs = 40;
/** Seconds before its time that a track is opened, and after it that it is kept. */
const kOpenAhead = 6;
const kKeepBehind = 4;
/** Longer than this nobody waits for a track that does not come, while there is another one to play. */
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
/** Pictures that go to their place at once, while the first ones play. */
const kAtOnce = 2;

interface Slot {
  readonly media: MediaTrack;
  soughtAt: number;
  missingSince: number;
  /** A picture that has yet to come to where the others play, which do not wait for it. */
  isBehind: boolean;
  /** It was sent ahead of the clock, and waits for it. */
  isAhead: boolean;
}

export class Player {
  readonly #clock = new MasterClock(() => performance.now());
  readonly #slots = new Map<string, Slot>();
  readonly #cost = new SeekCost();
  readonly #reader: TrackReader;
  readonly #onState: (state: PlayerState) => void;
  readonly #onTracks: () => void;
  #recording: Recording;
  #wanted: ReadonlySet<string> | null = null;
  #pinned: string | null = null;
  /** The file of the picture that is seen first. */
  #first: string | null = null;
  #isPlaying = false;
  #soughtAt = performance.now();
  /** All sound and the first picture stand, or play, where one went last. */
  #hasFirst = false;
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

  /** Files of pictures that are shown, and the one that somebody made large; the others are not loaded. Sound always is. */
  setShown(files: ReadonlySet<string>, pinned: string | null): void {
    this.#wanted = files;
    this.#pinned = pinned;
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
      slot.isBehind = true;
      slot.isAhead = false;
    }
    this.#hasFirst = false;
    this.#soughtAt = performance.now();
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
    const { duration, isGrowing } = this.#recording;
    let now = this.#clock.time;
    const next = this.#isPlaying ? behindPause(this.#recording, now) : null;
    if (next !== null && next < duration) {
      this.seek(next);
      return;
    }
    if (next !== null || (this.#clock.isRunning && now >= duration)) {
      this.#clock.stop();
      this.#clock.set(duration);
      now = duration;
      if (isGrowing) this.#beginWait();
      else this.#isPlaying = false;
    }
    this.#reconcile(now);
    this.#hasFirst ||= this.#areFirstThere(now, this.#soughtAt);
    if (this.#isPlaying && !this.#clock.isRunning) this.#tryStart(now);
    for (const slot of this.#slots.values()) this.#drive(slot, this.#clock.time);
    this.#drawClock();
    this.#onState({
      time: this.#clock.time,
      isPlaying: this.#isPlaying,
      isWaiting: this.#isPlaying && !this.#clock.isRunning,
      isCut: this.#on(now).some(
        ({ media }) => media.fault === "unreachable" && media.status(now) !== "ready",
      ),
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
      const media = new MediaTrack(track, this.#reader, this.#cost, this.#onTracks);
      media.element.volume = this.#volume;
      if (this.#recording.isGrowing) media.lookAgain(true);
      this.#slots.set(file, { media, soughtAt: 0, missingSince: 0, isBehind: true, isAhead: false });
      hasChanged = true;
    }
    if (this.#recording.isGrowing && performance.now() - this.#lookedAt > kLookAgainMs) {
      this.#lookedAt = performance.now();
      for (const { media } of this.#slots.values()) media.lookAgain(true);
    }
    const slots = [...this.#slots.values()];
    this.#first = this.#firstPicture(now);
    const isAhead = this.#clock.isRunning && !slots.some((slot) => this.#isLate(slot, now));
    for (const { media } of slots) {
      if (!this.#hasFirst && !isSound(media.track) && media.track.file !== this.#first) continue;
      const place = Math.min(Math.max(now, media.track.from), media.track.to);
      media.want(place, isAhead ? kAhead : kAheadToStart);
    }
    if (hasChanged) this.#onTracks();
  }

  /** The one that is large, or says most, if it is shown. */
  #firstPicture(now: number): string | null {
    const isShown = (file: string) => {
      const track = this.#slots.get(file)?.media.track;
      return track !== undefined && isOn(track, now);
    };
    if (this.#pinned && isShown(this.#pinned)) return this.#pinned;
    const face = faceAt(this.#recording, now)?.file;
    if (face && isShown(face)) return face;
    const pictures = [...this.#slots.values()].filter(({ media }) => !isSound(media.track));
    return pictures.find(({ media }) => isOn(media.track, now))?.media.track.file ?? null;
  }

  #isLate({ media, isBehind }: Slot, now: number): boolean {
    return isBehind && !isSound(media.track) && isOn(media.track, now) && media.status(now) !== "nothing";
  }

  #on(now: number): Slot[] {
    return [...this.#slots.values()].filter(({ media }) => isOn(media.track, now));
  }

  #isWanted(track: Track): boolean {
    return isSound(track) || this.#wanted === null || this.#wanted.has(track.file);
  }

  /** All sound that is on, and the picture that is seen first, stand at their place: nobody waits longer for the others. */
  #areFirstThere(now: number, since: number): boolean {
    const waited = performance.now() - since;
    const awaited = this.#on(now).filter(
      ({ media: { track } }) => isSound(track) || track.file === this.#first,
    );
    // With nothing to play, time would pass in silence. Of what is still recorded there may be no more yet.
    const isDry = !awaited.some(({ media }) => media.status(now) === "ready");
    return awaited.every(({ media }) => {
      const { element, fault, track } = media;
      const status = media.status(now);
      if (status === "nothing" || (isSound(track) && media.endsSoon(now))) return true;
      if (isDry && (!this.#recording.isGrowing || fault === "unreachable")) return false;
      if (status === "loading") return waited > kMostWaitMs;
      const isThere = !element.seeking && Math.abs(element.currentTime - now) < kSettled;
      return (isThere && element.readyState >= element.HAVE_FUTURE_DATA) || waited > kMostSeekMs;
    });
  }

  #tryStart(now: number): void {
    if (now >= this.#recording.duration || !this.#areFirstThere(now, this.#waitingSince)) return;
    this.#waitingSince = 0;
    this.#startedAt = performance.now();
    this.#clock.run();
  }

  #drive(slot: Slot, now: number): void {
    const { media } = slot;
    const { element } = media;
    const isPicture = !isSound(media.track);
    const isFirst = !isPicture || media.track.file === this.#first;
    const { status, place } = this.#aim(media, now);
    if (status !== "ready") {
      if (!element.paused) element.pause();
      if (place !== null) this.#place(slot, place);
      if (status !== "loading") return;
      if (isFirst && !(isPicture && slot.isBehind)) this.#stall(slot);
      else slot.isBehind = true;
      return;
    }
    slot.missingSince = 0;
    if (!this.#clock.isRunning) {
      if (!element.paused) element.pause();
      if (isFirst || (this.#hasFirst && !this.#isPlaying && this.#mayGo())) this.#place(slot, now);
      return;
    }
    // What it seeks may have been removed meanwhile: that would never end.
    if (element.seeking && media.status(element.currentTime) === "ready" && !media.seeksInVain(now)) return;
    if (!element.paused) this.#correct(slot, now);
    else if (isPicture) this.#join(slot, now);
    else {
      if (Math.abs(element.currentTime - now) > kNear)
        media.seek(now + media.seekLatency * this.#clock.speed);
      this.#start(slot);
    }
  }

  #start(slot: Slot): void {
    const { element } = slot.media;
    slot.isBehind = false;
    slot.isAhead = false;
    element.playbackRate = this.#clock.speed;
    element.play().catch(() => {});
  }

  /** A picture that stands, while the clock runs: it goes to where that will be, and plays from then on. */
  #join(slot: Slot, now: number): void {
    const { media } = slot;
    const step = join((media.element.currentTime - now) / this.#clock.speed, slot.isAhead);
    if (step === "play") this.#start(slot);
    if (step !== "go" || !this.#mayGo()) return;
    const there = now + this.#cost.expect(media.fromKey(now)) * this.#clock.speed;
    if (media.status(there) !== "ready") return;
    slot.isAhead = true;
    slot.soughtAt = performance.now();
    media.seek(there);
  }

  /** Not all decoders at once, which would bring the first of them late. */
  #mayGo(): boolean {
    const going = [...this.#slots.values()].filter(
      ({ media }) =>
        !isSound(media.track) && media.element.seeking && media.status(media.element.currentTime) === "ready",
    );
    return going.length < kAtOnce;
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
