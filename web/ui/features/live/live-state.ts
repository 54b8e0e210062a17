// Whether a webinar is live, and how many wait for it.

import { signal } from "@preact/signals";
import type { RoomListener } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { meeting } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { words } from "./words.ts";

/** Null where this is no webinar. */
export const webinar = signal<{ readonly live: boolean; readonly waiting: number } | null>(null);

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    webinar.value = features?.live ?? null;
  },
  handleEvent: (event) => {
    const now = webinar.value;
    if (!now) return;
    if (event.type === "live.began") {
      webinar.value = { ...now, live: true };
      toast(words.value.began);
    } else if (event.type === "live.waiting") {
      webinar.value = { ...now, waiting: event.data.count };
    }
  },
};

export function forget(): void {
  webinar.value = null;
}

export function goLive(): void {
  void attempt(meeting.channel.request("live.go", {}));
}
