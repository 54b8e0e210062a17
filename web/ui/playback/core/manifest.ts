// Reads the manifest that the server tells (recorder/FORMAT.md) into a Recording. What is not as it should
// be is left out, so that one odd entry costs itself and not the page.

import type { ChatLine, Mark, Person, Recording, Span, SpeechSpan, Track, TrackKind } from "./recording.ts";

type Fields = Readonly<Record<string, unknown>>;

const kKinds: ReadonlySet<string> = new Set(["camera", "screen", "microphone", "screen_audio", "phone"]);
const kMicroseconds = 1e-6;

/** null: this is no manifest. */
export function readManifest(value: unknown): Recording | null {
  if (!isFields(value) || typeof value.id !== "string") return null;
  const duration = seconds(value.duration_us);
  if (duration === null) return null;
  const tracks = list(value.tracks).flatMap((entry) => readTrack(entry) ?? []);
  return {
    id: value.id,
    room: text(value.room),
    title: text(value.title),
    startedAt: (seconds(value.started_at_us) ?? 0) * 1_000,
    duration,
    isGrowing: value.state === "recording",
    people: list(value.participants).flatMap((entry) => readPerson(entry, tracks, duration) ?? []),
    tracks,
    speech: byTime(list(value.speakers).flatMap((entry) => readSpeech(entry) ?? [])),
    chat: list(value.chat)
      .flatMap((entry) => readChat(entry) ?? [])
      .sort((a, b) => a.at - b.at),
    marks: byTime(list(value.marks).flatMap((entry) => readMark(entry) ?? [])),
  };
}

function readTrack(entry: Fields): Track | null {
  const span = readSpan(entry);
  const { file, participant, kind } = entry;
  if (!span || typeof file !== "string" || typeof participant !== "string") return null;
  if (typeof kind !== "string" || !kKinds.has(kind)) return null;
  return {
    ...span,
    file,
    participant,
    kind: kind as TrackKind,
    codec: text(entry.codec).toLowerCase(),
    width: count(entry.width),
    height: count(entry.height),
    size: count(entry.size),
    gaps: byTime(list(entry.gaps).flatMap((gap) => readSpan(gap) ?? [])),
  };
}

function readPerson(entry: Fields, tracks: readonly Track[], duration: number): Person | null {
  if (typeof entry.id !== "string") return null;
  const { id } = entry;
  const told = byTime(list(entry.present).flatMap((span) => readSpan(span) ?? []));
  const own = tracks.filter(({ participant }) => participant === id);
  const whole = {
    from: Math.min(duration, ...own.map(({ from }) => from)),
    to: Math.max(0, ...own.map(({ to }) => to)),
  };
  const present = told.length > 0 || own.length === 0 ? told : [whole];
  return { id, name: text(entry.name), role: text(entry.role), present };
}

function readSpeech(entry: Fields): SpeechSpan | null {
  const span = readSpan(entry);
  const { participant } = entry;
  return span && typeof participant === "string" ? { ...span, participant } : null;
}

function readChat(entry: Fields): ChatLine | null {
  const at = seconds(entry.at_us);
  if (at === null || typeof entry.text !== "string") return null;
  return { at, participant: text(entry.participant), name: text(entry.name), text: entry.text };
}

function readMark(entry: Fields): Mark | null {
  const span = readSpan(entry);
  const kind = entry.kind === "pause" || entry.kind === "damage" ? entry.kind : null;
  return span && kind ? { ...span, kind } : null;
}

function readSpan(entry: Fields): Span | null {
  const from = seconds(entry.start_us);
  const to = seconds(entry.end_us);
  return from !== null && to !== null && to > from ? { from, to } : null;
}

function seconds(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value * kMicroseconds : null;
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const list = (value: unknown) => (Array.isArray(value) ? value.filter(isFields) : []);
const text = (value: unknown) => (typeof value === "string" ? value : "");
const count = (value: unknown) => (typeof value === "number" && value > 0 ? Math.floor(value) : 0);
const byTime = <T extends Span>(spans: readonly T[]): readonly T[] =>
  [...spans].sort((a, b) => a.from - b.from);
