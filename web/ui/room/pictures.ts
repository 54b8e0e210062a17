// How much of the pictures this person wants: all, small ones on a thin or dear connection (the own one is
// sent with fewer frames then), or none of the others at all. The rest is pure: what of the arrangement is asked of the server, and which tiles are left.

import { signal } from "@preact/signals";
import type { ShownSource } from "../../sdk/index.ts";
import { readSetting, writeSetting } from "../state/settings.ts";
import type { Tile } from "./tiles.ts";

export const kPictures = ["all", "small", "none"] as const;
export type Pictures = (typeof kPictures)[number];

/** Text on a shared screen must stay readable. */
const kTallestSmall = { camera: 180, screen: 720 } as const;

function saved(): Pictures {
  const setting = readSetting("pictures");
  return kPictures.find((choice) => choice === setting) ?? "all";
}

export const pictures = signal<Pictures>(saved());

export function setPictures(choice: Pictures): void {
  pictures.value = choice;
  writeSetting("pictures", choice === "all" ? null : choice);
}

/** Sound only: nobody's picture but one's own, and no tile for a screen that is not shown. */
export function tilesFor(choice: Pictures, tiles: readonly Tile[]): readonly Tile[] {
  if (choice !== "none") return tiles;
  return tiles
    .filter((tile) => tile.isSelf || tile.kind === "camera")
    .map((tile) =>
      tile.isSelf ? tile : { ...tile, source: null, stream: null, state: "off", isLimited: false },
    );
}

/** What to ask for of a tile that is drawn `height` pixels tall. */
export function wishFor(choice: Pictures, tile: Tile, height: number): ShownSource | null {
  if (tile.source === null || choice === "none") return null;
  const most = choice === "small" ? kTallestSmall[tile.kind] : Number.POSITIVE_INFINITY;
  return { source: tile.source, height: Math.min(height, most) };
}
