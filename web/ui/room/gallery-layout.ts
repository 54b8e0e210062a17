// How many rows and columns make the tiles largest: a pure function of the space and their number.

export interface GalleryLayout {
  readonly columns: number;
  readonly rows: number;
  /** Pixels; every tile has the same size. */
  readonly tileWidth: number;
  readonly tileHeight: number;
}

const kAspect = 16 / 9;
const kUpright = 3 / 4;
const kMostTiles = 25;
const kMostTilesSmall = 8;
/** Below this, in either direction, a screen is a phone's. */
const kSmallPixels = 520;

/** `count` 1 or more. On a tall narrow screen tiles may be upright, so that they fill it. */
export function layoutGallery(count: number, width: number, height: number, gap: number): GalleryLayout {
  let best: GalleryLayout = { columns: 1, rows: count, tileWidth: 0, tileHeight: 0 };
  const minAspect = width < height ? kUpright : kAspect;
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const aspect = Math.min(Math.max(cellWidth / cellHeight, minAspect), kAspect);
    const tileWidth = Math.min(cellWidth, cellHeight * aspect);
    const tileHeight = tileWidth / aspect;
    if (tileWidth * tileHeight > best.tileWidth * best.tileHeight) {
      best = { columns, rows, tileWidth: Math.floor(tileWidth), tileHeight: Math.floor(tileHeight) };
    }
  }
  return best;
}

/** How many tiles one page of the gallery holds. */
export function tilesPerPage(width: number, height: number): number {
  return Math.min(width, height) < kSmallPixels ? kMostTilesSmall : kMostTiles;
}
