// The recording of this room as the server tells it, what one has agreed to, and what a host can do.

import { computed, signal } from "@preact/signals";
import type { DiskStep, RoomListener, WireRecording } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { chime, speak } from "../../common/chime.ts";
import { language } from "../../i18n/index.ts";
import { meeting } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { words } from "./words.ts";

export interface RoomRecording {
  readonly id: string;
  readonly isPaused: boolean;
  /** Unix milliseconds. */
  readonly startedAt: number;
  /** Nothing of anybody is stored before they agree. */
  readonly asksConsent: boolean;
  /** What is given up while the server's disk has little room. */
  readonly disk: DiskStep | null;
}

/** The server can record here. */
export const isOffered = signal(false);
const kConsentKey = "parley.consent";

export const current = signal<RoomRecording | null>(null);
/** One's own answer; null before it is given, and where nobody asks. */
export const consent = signal<boolean | null>(null);
/** The recording that this person has just stopped. */
export const finished = signal<{ readonly id: string; readonly ticket: string | null } | null>(null);
/** The question was put aside; nothing is stored then. */
const isPutAside = signal(false);

export const isAsked = computed(() =>
  Boolean(current.value?.asksConsent && consent.value === null && !isPutAside.value),
);
export const isStored = computed(
  () => current.value !== null && (!current.value.asksConsent || consent.value === true),
);

export const listener: RoomListener = {
  handleRoom: (room) => {
    isOffered.value = room.recording !== undefined;
    take(room.recording ?? null);
    // A server that was started again has forgotten the answer.
    if (current.value?.asksConsent && consent.value !== null)
      void attempt(meeting.channel.request("consent", { given: consent.value }));
  },
  handleEvent: (event) => {
    if (event.type !== "recording") return;
    take(event.data.recording);
    if (event.data.trouble) toast(troubleText(event.data.trouble.code));
  },
};

export function forget(): void {
  current.value = consent.value = finished.value = null;
  isPutAside.value = false;
}

function take(wire: WireRecording | null): void {
  const before = current.value;
  const now = wire && {
    id: wire.id,
    isPaused: wire.state === "paused",
    startedAt: new Date(wire.started_at).getTime(),
    asksConsent: wire.consent,
    disk: wire.disk ?? null,
  };
  if (now?.id !== before?.id) {
    consent.value = now && readConsent(now.id);
    isPutAside.value = false;
  }
  current.value = now;
  if (now && now.id !== before?.id) giveNotice();
  else if (!now && before) toast(words.value.stopped);
  else if (now && before && now.isPaused !== before.isPaused)
    toast(now.isPaused ? words.value.hasPaused : words.value.goesOn);
}

function troubleText(code: string): string {
  const { trouble } = words.value;
  return code === "disk_full"
    ? trouble.disk_full
    : code === "disk_error"
      ? trouble.disk_error
      : trouble.other;
}

/** To be seen and heard by everyone, those who come later too. */
function giveNotice(): void {
  const { started } = words.value;
  toast(started);
  chime("notice");
  speak(started, language.value);
}

export function start(): void {
  void attempt(meeting.channel.request("record", { action: "start" }));
}

export function pauseOrResume(): void {
  const action = current.value?.isPaused ? "resume" : "pause";
  void attempt(meeting.channel.request("record", { action }));
}

export async function stop(): Promise<void> {
  const id = current.value?.id ?? "";
  const request = meeting.channel.request("record", { action: "stop" }).then(({ ticket = null }) => {
    finished.value = { id, ticket };
  });
  await attempt(request);
}

export async function answer(given: boolean): Promise<void> {
  const id = current.value?.id;
  if (id === undefined || !(await attempt(meeting.channel.request("consent", { given })))) return;
  consent.value = given;
  saveConsent(id, given);
}

export function putAside(): void {
  isPutAside.value = true;
}

// The answer outlives a reload of the page, which is still the same participant.
function readConsent(id: string): boolean | null {
  try {
    const [savedId, given] = (sessionStorage.getItem(kConsentKey) ?? "").split(" ");
    return savedId === id ? given === "given" : null;
  } catch {
    return null;
  }
}

function saveConsent(id: string, given: boolean): void {
  try {
    sessionStorage.setItem(kConsentKey, `${id} ${given ? "given" : "refused"}`);
  } catch {
    // Asked again after a reload.
  }
}
