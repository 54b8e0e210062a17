// The name by which Media Source Extensions know a track's format.

import type { WebmHead } from "./webm-head.ts";

const kCodecs: Readonly<Record<string, string>> = {
  V_VP8: 'video/webm; codecs="vp8"',
  V_VP9: 'video/webm; codecs="vp9"',
  V_AV1: 'video/webm; codecs="av01.0.08M.08"',
  A_OPUS: 'audio/webm; codecs="opus"',
};

/** null: no format that a page can play from these files. */
export function mimeTypeOf({ codecId }: Pick<WebmHead, "codecId">): string | null {
  return kCodecs[codecId] ?? null;
}
