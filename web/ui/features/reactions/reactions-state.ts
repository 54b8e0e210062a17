// What people feel, without a word: sent, and seen for a moment.

import { signal } from "@preact/signals";
import type { Reaction, RoomListener } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { meeting } from "../../state/meeting.ts";

export interface Shown {
  readonly id: number;
  readonly reaction: Reaction;
  readonly count: number;
}

export const kSigns: Readonly<Record<Reaction, string>> = {
  thumbs_up: "👍",
  clap: "👏",
  heart: "❤️",
  laugh: "😄",
  surprise: "😮",
  party: "🎉",
};
export const kReactions = Object.keys(kSigns) as readonly Reaction[];

const kShownMs = 3_000;
const kMostShown = 12;
let nextId = 1;

export const shown = signal<readonly Shown[]>([]);

export const listener: RoomListener = {
  handleRoom: () => {},
  handleEvent: (event) => {
    if (event.type !== "reaction") return;
    const coming = kReactions.flatMap((reaction) => {
      const count = event.data.counts[reaction] ?? 0;
      return count > 0 ? [{ id: nextId++, reaction, count }] : [];
    });
    if (coming.length === 0) return;
    shown.value = [...shown.value, ...coming].slice(-kMostShown);
    const last = nextId - 1;
    setTimeout(() => {
      shown.value = shown.value.filter(({ id }) => id > last);
    }, kShownMs);
  },
};

export function react(reaction: Reaction): void {
  void attempt(meeting.channel.request("reaction", { reaction }));
}

export function forget(): void {
  shown.value = [];
}
