// What the room's snapshot means on the screen: one tile a person, one a shared screen. Pure.

import type {
  LocalMediaSnapshot,
  Participant,
  Quality,
  Snapshot,
  VideoState,
  WireShown,
} from "../../sdk/index.ts";

export interface Tile {
  /** The same as long as the person, or their screen, is there. */
  readonly key: string;
  readonly participant: string;
  readonly name: string;
  readonly kind: "camera" | "screen";
  readonly isSelf: boolean;
  /** The source to ask the server for; null when there is none, or it is one's own. */
  readonly source: number | null;
  readonly stream: MediaStream | null;
  /** `off`: no camera, the avatar stands for it. */
  readonly state: VideoState | "off";
  /** Smaller than wanted: the link is too weak for more. */
  readonly isLimited: boolean;
  readonly isMuted: boolean;
  readonly isHandUp: boolean;
  readonly isPhone: boolean;
  readonly isConnected: boolean;
  readonly quality: Quality;
}

export function tilesOf(snapshot: Snapshot, local: LocalMediaSnapshot): readonly Tile[] {
  const tiles: Tile[] = [];
  for (const participant of snapshot.participants) {
    if (participant.kind === "whep" || isInAudience(participant)) continue;
    if (hasScreen(participant, local)) tiles.push(tileOf(participant, "screen", snapshot, local));
    tiles.push(tileOf(participant, "camera", snapshot, local));
  }
  return tiles;
}

/** Sees and hears the stage without being on it. */
function isInAudience({ role, sources }: Participant): boolean {
  return role === "attendee" && Object.values(sources).every(({ state }) => state === "off");
}

function hasScreen(participant: Participant, local: LocalMediaSnapshot): boolean {
  return participant.isSelf ? local.screen.on : participant.sources.screen?.state === "live";
}

function tileOf(
  participant: Participant,
  kind: "camera" | "screen",
  snapshot: Snapshot,
  local: LocalMediaSnapshot,
): Tile {
  const { isSelf } = participant;
  const source = participant.sources[kind];
  const isLive = source?.state === "live";
  const video = source ? snapshot.videos.get(source.id) : undefined;
  const ownStream = kind === "screen" ? local.screen.stream : local.camera.stream;
  const stream = isSelf ? ownStream : isLive ? (video?.stream ?? null) : null;
  return {
    key: `${participant.id}:${kind}`,
    participant: participant.id,
    name: participant.name,
    kind,
    isSelf,
    source: !isSelf && isLive && source ? source.id : null,
    stream,
    state: isSelf ? (stream ? "live" : "off") : isLive ? (video?.state ?? "waiting") : "off",
    isLimited: !isSelf && isLive && video?.state === "live" && video.isLimited,
    isMuted: isSelf ? !local.microphone.on : participant.sources.microphone?.state !== "live",
    isHandUp: kind === "camera" && participant.isHandUp,
    isPhone: participant.kind === "phone",
    isConnected: participant.connected,
    quality: isSelf ? snapshot.quality || participant.quality : participant.quality,
  };
}

export type LayoutChoice = "auto" | "gallery" | "speaker";

/** What is shown large: what is pinned, else whom hosts show to all, else a screen, else who speaks. */
export function stagesOf(
  tiles: readonly Tile[],
  choice: LayoutChoice,
  pinned: string | null,
  spotlight: readonly WireShown[],
  speaker: string | null,
): readonly Tile[] {
  const find = (key: string | null) => tiles.filter((tile) => tile.key === key);
  const pinnedTile = find(pinned);
  if (pinnedTile.length > 0) return pinnedTile;
  const lit = spotlight.flatMap(({ participant, source }) => find(`${participant}:${source}`));
  if (lit.length > 0) return lit;
  const tile = stageOf(tiles, choice, speaker);
  return tile ? [tile] : [];
}

function stageOf(tiles: readonly Tile[], choice: LayoutChoice, speaker: string | null): Tile | null {
  if (choice === "gallery") return null;
  const screens = tiles.filter((tile) => tile.kind === "screen");
  const screen = screens.find((tile) => !tile.isSelf) ?? screens[0];
  if (screen) return screen;
  if (choice === "auto") return null;
  const others = tiles.filter((tile) => !tile.isSelf);
  return others.find((tile) => tile.participant === speaker) ?? others[0] ?? tiles[0] ?? null;
}

/**
 * Whoever speaks on a later page comes to the first, in the place of the one there who has been silent
 * longest; everyone else stays where the eye knows them. `spoke`: when each spoke last.
 */
export function bringForward(
  order: readonly string[],
  speaker: string,
  perPage: number,
  spoke: ReadonlyMap<string, number>,
): readonly string[] {
  const from = order.indexOf(speaker);
  if (from < perPage) return order;
  let to = -1;
  for (let index = 0; index < perPage; index++) {
    const time = spoke.get(order[index] ?? "") ?? 0;
    if (to < 0 || time < (spoke.get(order[to] ?? "") ?? 0)) to = index;
  }
  const next = [...order];
  next[from] = next[to] as string;
  next[to] = speaker;
  return next;
}
