// Where each tile stands: the gallery, or some on the stage with the others in a strip beside it. Pure:
// the same tiles in the same space stand in the same places. Every tile is placed by itself, so that a
// change of layout moves elements and never makes a picture start anew.

import { layoutGallery, tilesPerPage } from "./gallery-layout.ts";

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Placed {
  readonly key: string;
  readonly rect: Rect;
  readonly isStage: boolean;
}

export interface Arrangement {
  /** The tiles of the page that is shown, the most important first. */
  readonly placed: readonly Placed[];
  readonly page: number;
  readonly pages: number;
}

export interface Space {
  readonly width: number;
  readonly height: number;
}

export interface StageWish {
  readonly key: string;
  /** Screens take all the room there is, people a picture's shape. */
  readonly isScreen: boolean;
}

const kGap = 8;
const kPagerHeight = 52;
const kAspect = 16 / 9;
const kTallest = 3 / 4;

export function arrange(
  keys: readonly string[],
  stages: readonly StageWish[],
  space: Space,
  page: number,
): Arrangement {
  if (space.width <= 0 || space.height <= kPagerHeight || keys.length === 0)
    return { placed: [], page: 0, pages: 1 };
  const within = (room: Space) =>
    stages.length > 0 ? arrangeStage(keys, stages, room, page) : arrangeGallery(keys, room, page);
  const whole = within(space);
  // The pager stands below the tiles, not on them.
  return whole.pages > 1 ? within({ width: space.width, height: space.height - kPagerHeight }) : whole;
}

function arrangeGallery(keys: readonly string[], { width, height }: Space, wanted: number): Arrangement {
  const { page, pages, shown } = paginate(keys, tilesPerPage(width, height), wanted);
  // Every page has the first one's tile size: turning it does not make the eye measure again.
  const count = pages > 1 ? tilesPerPage(width, height) : shown.length;
  return { placed: placeRows(shown, count, { width, height }), page, pages };
}

/** In rows, centred, each as large as `count` of them can be. */
function placeRows(keys: readonly string[], count: number, { width, height }: Space): Placed[] {
  const { columns, tileWidth, tileHeight } = layoutGallery(count, width, height, kGap);
  const rows = Math.ceil(keys.length / columns);
  const top = (height - rows * tileHeight - (rows - 1) * kGap) / 2;
  return keys.map((key, index): Placed => {
    const row = Math.floor(index / columns);
    const inRow = Math.min(columns, keys.length - row * columns);
    const left = (width - inRow * tileWidth - (inRow - 1) * kGap) / 2;
    const rect = {
      left: Math.round(left + (index % columns) * (tileWidth + kGap)),
      top: Math.round(top + row * (tileHeight + kGap)),
      width: tileWidth,
      height: tileHeight,
    };
    return { key, rect, isStage: false };
  });
}

function arrangeStage(
  keys: readonly string[],
  stages: readonly StageWish[],
  { width, height }: Space,
  wanted: number,
): Arrangement {
  const others = keys.filter((key) => !stages.some((stage) => stage.key === key));
  const isBeside = width > height * 1.2;
  const thickness = isBeside
    ? clamp(Math.round(width * 0.17), 132, 260)
    : clamp(Math.round(height * 0.12), 72, 132);
  const tileWidth = isBeside ? thickness : Math.round(thickness * (width < 520 ? 1.2 : kAspect));
  const tileHeight = isBeside ? Math.round(thickness / kAspect) : thickness;
  const length = isBeside ? height : width;
  const step = (isBeside ? tileHeight : tileWidth) + kGap;
  const fits = Math.max(1, Math.floor((length + kGap) / step));
  const { page, pages, shown } = paginate(others, fits, wanted);

  const strip = others.length > 0 ? thickness + kGap : 0;
  const room = isBeside ? { width: width - strip, height } : { width, height: height - strip };
  const placed: Placed[] = placeStages(stages, room);
  const start = Math.max(0, Math.round((length - shown.length * step + kGap) / 2));
  shown.forEach((key, index) => {
    const along = start + index * step;
    const rect = isBeside
      ? { left: width - tileWidth, top: along, width: tileWidth, height: tileHeight }
      : { left: along, top: height - tileHeight, width: tileWidth, height: tileHeight };
    placed.push({ key, rect, isStage: false });
  });
  return { placed, page, pages };
}

/** One takes all there is; several are a gallery of their own. */
function placeStages(stages: readonly StageWish[], room: Space): Placed[] {
  const [first] = stages;
  if (first && stages.length === 1)
    return [{ key: first.key, rect: stageRect(room, first.isScreen), isStage: true }];
  return placeRows(
    stages.map(({ key }) => key),
    stages.length,
    room,
  ).map((placed) => ({ ...placed, isStage: true }));
}

function stageRect({ width, height }: Space, isScreen: boolean): Rect {
  if (isScreen) return { left: 0, top: 0, width, height };
  const aspect = clamp(width / height, kTallest, kAspect);
  const fittedWidth = Math.floor(Math.min(width, height * aspect));
  const fittedHeight = Math.floor(fittedWidth / aspect);
  return {
    left: Math.round((width - fittedWidth) / 2),
    top: Math.round((height - fittedHeight) / 2),
    width: fittedWidth,
    height: fittedHeight,
  };
}

function paginate(keys: readonly string[], perPage: number, wanted: number) {
  const pages = Math.max(1, Math.ceil(keys.length / perPage));
  const page = clamp(wanted, 0, pages - 1);
  return { page, pages, shown: keys.slice(page * perPage, (page + 1) * perPage) };
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
