// What the person sees of the room, as against what the room is: layout, pin, page, panel, dialogs.

import { computed, signal } from "@preact/signals";
import type { SourceKind } from "../../sdk/index.ts";
import { attempt } from "../common/attempt.ts";
import { isFollowed, spotlight } from "../features/stage/spotlight.ts";
import { local, meeting, self, snapshot } from "../state/meeting.ts";
import { readSetting, writeSetting } from "../state/settings.ts";
import { noteWish } from "../state/wishes.ts";
import { type Pictures, pictures, setPictures, tilesFor } from "./pictures.ts";
import { type LayoutChoice, stagesOf, type Tile, tilesOf } from "./tiles.ts";

export type RoomDialog = "settings" | "help" | "rename" | "end";

export const layout = signal<LayoutChoice>("auto");
export const pinned = signal<string | null>(null);
export const page = signal(0);
/** The name of the feature whose tab is open. */
export const panel = signal<string | null>(null);
export const dialog = signal<RoomDialog | null>(null);
export const unread = signal(0);
/** Who is heard just now, by participant. */
export const speaking = signal<ReadonlySet<string>>(new Set());
/** Who spoke last, other than oneself: stays when the room falls silent. */
export const lastSpeaker = signal<string | null>(null);
/** The order of the tiles, by participant; those who joined later stand behind. */
export const order = signal<readonly string[]>([]);
export const pushToTalk = signal(readSetting("pushToTalk") !== "off");

export const tiles = computed<readonly Tile[]>(() => {
  const all = tilesFor(pictures.value, tilesOf(snapshot.value, local.value));
  const places = new Map(order.value.map((id, index) => [id, index]));
  const placeOf = (tile: Tile) => places.get(tile.participant) ?? Number.MAX_SAFE_INTEGER;
  return all.toSorted((a, b) => rank(a) - rank(b) || placeOf(a) - placeOf(b));
});

/** What is shown large, if anything is. */
export const stages = computed(() =>
  stagesOf(tiles.value, layout.value, pinned.value, spotlight.value, lastSpeaker.value),
);
export const hasStage = computed(() => stages.value.length > 0);

function rank(tile: Tile): number {
  return tile.kind === "screen" ? 0 : 1;
}

export function setPushToTalk(on: boolean): void {
  pushToTalk.value = on;
  writeSetting("pushToTalk", on ? null : "off");
}

export function toggleLayout(): void {
  const isLarge = hasStage.value;
  pinned.value = null;
  isFollowed.value = !isLarge;
  layout.value = isLarge ? "gallery" : "speaker";
  page.value = 0;
}

export function togglePin(key: string): void {
  pinned.value = pinned.value === key ? null : key;
  page.value = 0;
}

export function togglePanel(which: string): void {
  panel.value = panel.value === which ? null : which;
}

/** The audience has nothing to send until somebody brings them on stage. */
export function maySend(kind: SourceKind): boolean {
  return self.value?.role !== "attendee" || kind in self.value.sources;
}

export function toggleMicrophone(): void {
  if (!maySend("microphone")) return;
  const on = !local.value.microphone.on;
  noteWish("microphone", on);
  void meeting.setMicrophone(on);
}

export function toggleCamera(): void {
  if (!maySend("camera")) return;
  const on = !local.value.camera.on;
  noteWish("camera", on);
  void meeting.setCamera(on);
}

/** Sound only takes the own camera off too; it can be turned on again. */
export function choosePictures(choice: Pictures): void {
  setPictures(choice);
  if (choice === "none" && local.value.camera.on) toggleCamera();
}

export function toggleHand(): void {
  void attempt(meeting.raiseHand(!self.value?.isHandUp));
}

export function toggleShare(): void {
  if (!maySend("screen")) return;
  void (local.value.screen.on ? meeting.stopScreenShare() : meeting.startScreenShare());
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
  else void document.documentElement.requestFullscreen?.().catch(() => {});
}

export const canShare = "mediaDevices" in navigator && "getDisplayMedia" in navigator.mediaDevices;

export function resetRoom(): void {
  layout.value = "auto";
  pinned.value = null;
  page.value = 0;
  panel.value = null;
  dialog.value = null;
  unread.value = 0;
  speaking.value = new Set();
  lastSpeaker.value = null;
  order.value = [];
}
