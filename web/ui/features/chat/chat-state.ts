// Whom the next message goes to, and how often one may write.

import { computed, signal } from "@preact/signals";
import type { RoomListener } from "../../../sdk/index.ts";
import { attempt } from "../../room/attempt.ts";
import { panel, unread } from "../../room/room-state.ts";
import { may, meeting, self, snapshot } from "../../state/meeting.ts";

const wanted = signal<string | null>(null);
/** Seconds between two messages of one person; 0: as they like. */
export const slowSeconds = signal(0);
/** Unix milliseconds of one's own last message in slow mode. */
const lastSent = signal(0);

/** Those who can be written to alone. */
export const correspondents = computed(() =>
  may("chat_private")
    ? snapshot.value.participants.filter(({ isSelf, kind }) => !isSelf && kind === "browser")
    : [],
);

/** As `ChatMessage.to`. Who has left is not written to, and nobody else by mistake: everyone is named anew. */
export const recipient = computed(() => {
  const to = wanted.value;
  return to === null || to === "hosts" || correspondents.value.some(({ id }) => id === to) ? to : null;
});

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    slowSeconds.value = features?.chat?.slow_seconds ?? 0;
  },
  handleEvent: (event) => {
    if (event.type === "chat.settings") slowSeconds.value = event.data.slow_seconds;
  },
};

export function forget(): void {
  wanted.value = null;
  slowSeconds.value = lastSent.value = 0;
}

export function writeTo(to: string | null): void {
  wanted.value = to;
}

export function writePrivately(participant: string): void {
  writeTo(participant);
  panel.value = "chat";
}

export function markRead(): void {
  unread.value = 0;
}

/** Seconds until one may write again. */
export function waitSeconds(now: number): number {
  if (slowSeconds.value === 0 || may("chat_moderate")) return 0;
  return Math.max(0, Math.ceil((lastSent.value + slowSeconds.value * 1_000 - now) / 1_000));
}

export async function send(text: string): Promise<boolean> {
  const isSent = await attempt(meeting.sendChat(text, recipient.value));
  if (isSent) lastSent.value = Date.now();
  return isSent;
}

export function deleteMessage(message: string): void {
  void attempt(meeting.channel.request("chat.delete", { message }));
}

export function setSlow(seconds: number): void {
  void attempt(meeting.channel.request("chat.slow", { seconds }));
}

export const ownId = computed(() => self.value?.id ?? "");
