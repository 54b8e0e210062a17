// Whether this meeting is shown live to people outside, as the server tells it, and what a host can do.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WireBroadcast } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { meeting } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { words } from "./words.ts";

const known = signal<WireBroadcast>({});
/** What this person may begin; null for everybody but hosts, and where the server shows nothing. */
export const offer = computed(() => known.value.offer ?? null);
/** Null while it is not shown. */
export const current = computed(() => {
  const { state, started_at = 0, ...more } = known.value;
  return state ? { state, startedAt: started_at, ...more } : null;
});
export const isDialogOpen = signal(false);

export const listener: RoomListener = {
  handleRoom: ({ features }) => take(features?.broadcast ?? {}),
  handleEvent: (event) => {
    if (event.type === "broadcast") take(event.data.broadcast);
  },
};

function take(now: WireBroadcast): void {
  const before = known.value.state;
  known.value = now;
  const text = words.value;
  if (now.state === "live" && before !== "live" && before !== "reconnecting") toast(text.started);
  else if (now.state === "failed" && before !== "failed") toast(troubleText(now.trouble));
  else if (!now.state && before) toast(text.ended);
}

export function forget(): void {
  known.value = {};
  isDialogOpen.value = false;
}

export function troubleText(code: string | undefined): string {
  const { trouble } = words.value;
  const isKnown = (name: string): name is keyof typeof trouble => Object.hasOwn(trouble, name);
  return code !== undefined && isKnown(code) ? trouble[code] : trouble.other;
}

export function stop(): void {
  void attempt(meeting.channel.request("broadcast.stop", {}));
}
