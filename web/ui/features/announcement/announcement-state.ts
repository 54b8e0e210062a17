// What hosts have announced, until it is put away here or taken back there.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WireAnnouncement } from "../../../sdk/index.ts";
import { attempt, refusal } from "../../common/attempt.ts";
import { meeting } from "../../state/meeting.ts";

export const standing = signal<WireAnnouncement | null>(null);
const putAway = signal<number | null>(null);

/** Null when this person has put it away. */
export const shown = computed(() => (standing.value?.at === putAway.value ? null : standing.value));

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    standing.value = features?.announcement ?? null;
  },
  handleEvent: (event) => {
    if (event.type === "announcement.changed") standing.value = event.data.announcement;
  },
};

export function dismiss(): void {
  putAway.value = standing.value?.at ?? null;
}

export function forget(): void {
  standing.value = null;
}

export function announce(text: string): Promise<readonly string[] | null> {
  return refusal(meeting.channel.request("announcement", { text }));
}

export function withdraw(): void {
  void attempt(meeting.channel.request("announcement.withdraw", {}));
}
