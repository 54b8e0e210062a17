// The report of a meeting as the server tells it (signaling/PROTOCOL.md, "Reports"). Times are Unix
// milliseconds.

import type { ParticipantKind, Role } from "./types.ts";

interface MeetingTimes {
  /** Names it among the meetings of its room. */
  readonly meeting: string;
  readonly started_at: number;
  /** Null: it goes on. */
  readonly ended_at: number | null;
}

export interface AttendanceRow {
  readonly name: string;
  readonly role: Role;
  readonly kind: ParticipantKind;
  readonly joined_at: number;
  /** Null: is there now. */
  readonly left_at: number | null;
  /** In all. */
  readonly seconds: number;
  readonly joins: number;
  readonly participant: string;
}

export interface MeetingReport extends MeetingTimes {
  readonly room: string;
  readonly title: string;
  /** All there are reports of, the latest first. */
  readonly meetings: readonly MeetingTimes[];
  readonly attendance: readonly AttendanceRow[];
  readonly chat: readonly object[];
  readonly questions: readonly object[];
  /** A row for each option. */
  readonly polls: readonly { readonly poll: string }[];
}

export type ReportPart = "attendance" | "chat" | "questions" | "polls";
