// A recording as the page needs it. Times are seconds from its start, on the clock of the server; lists
// are in the order of time.

export interface Span {
  readonly from: number;
  readonly to: number;
}

export type TrackKind = "camera" | "screen" | "microphone" | "screen_audio" | "phone";

export interface Track extends Span {
  readonly file: string;
  readonly participant: string;
  readonly kind: TrackKind;
  /** Lower case, as in `vp8`, `h264`, `opus`. */
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** Bytes; 0 when unknown. */
  readonly size: number;
  /** Nothing was stored then: muted, off, lost. */
  readonly gaps: readonly Span[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly role: string;
  /** While they were in the meeting. */
  readonly present: readonly Span[];
}

export interface SpeechSpan extends Span {
  readonly participant: string;
}

export interface ChatLine {
  readonly at: number;
  readonly participant: string;
  readonly name: string;
  readonly text: string;
}

export type MarkKind = "pause" | "damage";

/** Pauses are skipped; damage is a time of which nothing is left. */
export interface Mark extends Span {
  readonly kind: MarkKind;
}

export interface Recording {
  readonly id: string;
  readonly room: string;
  readonly title: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
  readonly duration: number;
  readonly isGrowing: boolean;
  readonly people: readonly Person[];
  readonly tracks: readonly Track[];
  readonly speech: readonly SpeechSpan[];
  readonly chat: readonly ChatLine[];
  readonly marks: readonly Mark[];
}

export const isSound = ({ kind }: Pick<Track, "kind">) =>
  kind === "microphone" || kind === "screen_audio" || kind === "phone";
export const isScreen = ({ kind }: Pick<Track, "kind">) => kind === "screen";

export const holds = ({ from, to }: Span, time: number) => from <= time && time < to;
