// Whom hosts show to everybody, and whether this person follows that.

import { computed, signal } from "@preact/signals";
import type { WireShown, WireStage } from "../../../sdk/index.ts";

const kNone: WireStage = { spotlight: [], layout: null };

/** As hosts have set it. */
export const set = signal<WireStage>(kNone);
/** Not while the person has chosen another layout for themselves. */
export const isFollowed = signal(true);

export const spotlight = computed<readonly WireShown[]>(() => (isFollowed.value ? set.value.spotlight : []));

export function isLit(participant: string, source: WireShown["source"]): boolean {
  return set.value.spotlight.some((one) => one.participant === participant && one.source === source);
}

export function forgetStage(): void {
  set.value = kNone;
  isFollowed.value = true;
}
