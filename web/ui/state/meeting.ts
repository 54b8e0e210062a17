// The page's one meeting as signals: components read these and call `meeting`.

import { computed, signal } from "@preact/signals";
import {
  type Action,
  type LocalMediaSnapshot,
  type MeetingControls,
  mayDo,
  type Snapshot,
} from "../../sdk/index.ts";

/** Set once by main.tsx (or by a test, with a meeting of its own) before anything is drawn. */
export let meeting: MeetingControls;

const snapshots = signal<Snapshot | null>(null);
const locals = signal<LocalMediaSnapshot | null>(null);

export const snapshot = computed(() => snapshots.value as Snapshot);
export const local = computed(() => locals.value as LocalMediaSnapshot);
export const self = computed(() => snapshot.value.self);
export const isHost = computed(() => self.value?.role === "host");

/** What this person's role allows; components that read it follow a change of role. */
export function may(action: Action): boolean {
  return self.value !== null && mayDo(self.value.role, action);
}

export function connectMeeting(controls: MeetingControls): void {
  meeting = controls;
  snapshots.value = controls.snapshot;
  locals.value = controls.media.snapshot;
  controls.subscribe((next) => {
    snapshots.value = next;
  });
  controls.media.subscribe((next) => {
    locals.value = next;
  });
}

/** The secret of the invitation, from behind the `#`; it stays there for reloads and copies. */
export const invite = () => new URLSearchParams(location.hash.slice(1)).get("k") ?? "";
