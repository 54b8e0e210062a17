// Whom the next message goes to, how often one may write, and what waits for a host.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WireChatMessage } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { panel, unread } from "../../room/room-state.ts";
import { may, meeting, self, snapshot } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { words } from "./words.ts";

const wanted = signal<string | null>(null);
/** Seconds between two messages of one person; 0: as they like. */
export const slowSeconds = signal(0);
/** Whether what others than hosts write to everyone waits until one of them lets it through. */
export const isModerated = signal(false);
const all = signal<readonly WireChatMessage[]>([]);
/** What waits: all of it for hosts, one's own for everybody else. */
export const held = computed(() =>
  may("chat_moderate") ? all.value : all.value.filter(({ participant }) => participant === ownId.value),
);
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
    const chat = features?.chat;
    slowSeconds.value = chat?.slow_seconds ?? 0;
    isModerated.value = chat?.moderated ?? false;
    all.value = chat?.held ?? [];
  },
  handleEvent: (event) => {
    switch (event.type) {
      case "chat.settings":
        slowSeconds.value = event.data.slow_seconds;
        isModerated.value = event.data.moderated;
        break;
      case "chat.held": {
        const { message } = event.data;
        all.value = [...all.value.filter(({ id }) => id !== message.id), message];
        if (may("chat_moderate") && panel.value !== "chat") unread.value += 1;
        break;
      }
      case "chat.decided": {
        const { message, approved } = event.data;
        const own = all.value.find(({ id }) => id === message)?.participant === ownId.value;
        if (own && !approved) toast(words.value.notApproved);
        all.value = all.value.filter(({ id }) => id !== message);
        break;
      }
    }
  },
};

export function forget(): void {
  wanted.value = null;
  slowSeconds.value = lastSent.value = 0;
  isModerated.value = false;
  all.value = [];
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

export function setModerated(on: boolean): void {
  void attempt(meeting.channel.request("chat.moderate", { on }));
}

export function approve(message: string): void {
  void attempt(meeting.channel.request("chat.approve", { message }));
}

export const ownId = computed(() => self.value?.id ?? "");
