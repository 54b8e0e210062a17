// What is on at a time of the recording: pure functions over it.

import {
  holds,
  isScreen,
  isSound,
  type Mark,
  type Person,
  type Recording,
  type Span,
  type SpeechSpan,
  type Track,
} from "./recording.ts";

/** Seconds. */
const kBehindPause = 0.001;

/** Tracks that reach into [from, to]. */
export function tracksWithin(recording: Recording, { from, to }: Span): readonly Track[] {
  return recording.tracks.filter((track) => track.from <= to && track.to >= from);
}

/** Has this track something to play at `time`? A screen has while it is shared, whether or not something moves there. */
export function isOn(track: Track, time: number): boolean {
  return holds(track, time) && (isScreen(track) || !track.gaps.some((gap) => holds(gap, time)));
}

export function isPresent(person: Person, time: number): boolean {
  return person.present.some((span) => holds(span, time));
}

/** Who speaks at `time`, the one who began last first. */
export function speakersAt(recording: Recording, time: number): readonly string[] {
  return recording.speech
    .filter((span) => holds(span, time))
    .sort((a, b) => b.from - a.from)
    .map(({ participant }) => participant);
}

/** The participant who spoke last, up to `time`. */
export function lastSpeakerAt(recording: Recording, time: number): string | null {
  return lastBegun(recording.speech, time)?.participant ?? null;
}

function lastBegun(speech: readonly SpeechSpan[], time: number): SpeechSpan | undefined {
  return speech.findLast(({ from }) => from <= time);
}

/** Where what plays goes on whose `time` is in a pause, the end if that lasts so long; else null. */
export function behindPause({ marks, duration }: Recording, time: number): number | null {
  const pause = marks.find((mark) => mark.kind === "pause" && holds(mark, time));
  return pause ? Math.min(pause.to + kBehindPause, duration) : null;
}

export function markAt(marks: readonly Mark[], time: number): Mark | null {
  return marks.find((mark) => holds(mark, time)) ?? null;
}

/** The beginning of the next passage in which someone speaks; of their first one behind the last. */
export function nextSpeech(recording: Recording, participant: string, time: number): number | null {
  const own = recording.speech.filter((span) => span.participant === participant);
  return (own.find(({ from }) => from > time + 0.5) ?? own[0])?.from ?? null;
}

export interface Tile {
  readonly key: string;
  readonly person: Person;
  readonly kind: "camera" | "screen";
  /** null: no picture now, the avatar stands for it. */
  readonly track: Track | null;
  readonly isMuted: boolean;
  readonly isPhone: boolean;
}

/** The picture that says most at `time`: a screen, who spoke last, or anybody's. */
export function faceAt(recording: Recording, time: number): Track | null {
  const shown = tilesAt(recording, time).filter(({ track }) => track !== null);
  const speaker = lastSpeakerAt(recording, time);
  const best =
    shown.find(({ kind }) => kind === "screen") ?? shown.find(({ person }) => person.id === speaker);
  return (best ?? shown[0])?.track ?? null;
}

/** A tile for everyone who is there, screens before people. */
export function tilesAt(recording: Recording, time: number): readonly Tile[] {
  const screens: Tile[] = [];
  const people: Tile[] = [];
  const on = recording.tracks.filter((track) => isOn(track, time));
  for (const person of recording.people) {
    const own = on.filter(({ participant }) => participant === person.id);
    if (!isPresent(person, time) && own.length === 0) continue;
    const isPhone = recording.tracks.some(
      ({ kind, participant }) => kind === "phone" && participant === person.id,
    );
    const isMuted = !own.some((track) => isSound(track) && track.kind !== "screen_audio");
    const camera = own.find(({ kind }) => kind === "camera") ?? null;
    people.push({ key: `${person.id}:camera`, person, kind: "camera", track: camera, isMuted, isPhone });
    for (const track of own.filter(isScreen))
      screens.push({ key: `${person.id}:screen`, person, kind: "screen", track, isMuted, isPhone });
  }
  return [...screens, ...people];
}
