// The page's one meeting as signals: components read these and call `meeting`.

import { computed, signal } from "@preact/signals";
import { Meeting } from "../../sdk/index.ts";

export const meeting = new Meeting();

export const snapshot = signal(meeting.snapshot);
export const local = signal(meeting.media.snapshot);
meeting.subscribe((next) => {
  snapshot.value = next;
});
meeting.media.subscribe((next) => {
  local.value = next;
});

export const self = computed(() => snapshot.value.self);
export const isHost = computed(() => self.value?.role === "host");

/** The secret of the invitation, from behind the `#`; it stays there for reloads and copies. */
export const invite = new URLSearchParams(location.hash.slice(1)).get("k") ?? "";
