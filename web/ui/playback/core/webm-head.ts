// What stands before the first cluster of a track's file: the codec, and where the clusters begin.

import { childrenOf, type Element, Id, readElement, readUnsigned } from "./ebml.ts";

export interface WebmHead {
  /** Matroska's name, such as `V_VP8`. */
  readonly codecId: string;
  readonly codecPrivate: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** Seconds that one tick of a cluster's or block's time lasts. */
  readonly tick: number;
  /** The initialization segment is the bytes before this. */
  readonly clustersAt: number;
}

/** null: more bytes are needed. "bad": no Matroska file with one track, or none that we can play. */
export function readHead(bytes: Uint8Array): WebmHead | null | "bad" {
  const ebml = readElement(bytes, 0);
  if (ebml === null) return null;
  if (ebml === "bad" || ebml.id !== Id.ebml) return "bad";
  const segment = readElement(bytes, ebml.end);
  if (segment === null) return null;
  if (segment === "bad" || segment.id !== Id.segment) return "bad";
  let nanoseconds = 1_000_000;
  let track: Omit<WebmHead, "tick" | "clustersAt"> | null = null;
  let at = segment.data;
  for (;;) {
    const element = readElement(bytes, at);
    if (element === null) return null;
    if (element === "bad") return "bad";
    if (element.id === Id.cluster) break;
    if (element.end === Number.POSITIVE_INFINITY) return "bad";
    if (element.end > bytes.length) return null;
    if (element.id === Id.info) {
      for (const child of childrenOf(bytes, element)) {
        if (child.id === Id.timestampScale) nanoseconds = readUnsigned(bytes, child) || nanoseconds;
      }
    }
    if (element.id === Id.tracks) track ??= readTrack(bytes, element);
    at = element.end;
  }
  return track ? { ...track, tick: nanoseconds / 1e9, clustersAt: at } : "bad";
}

function readTrack(bytes: Uint8Array, tracks: Element): Omit<WebmHead, "tick" | "clustersAt"> | null {
  for (const entry of childrenOf(bytes, tracks)) {
    if (entry.id !== Id.trackEntry) continue;
    let codecId = "";
    let codecPrivate = new Uint8Array();
    let width = 0;
    let height = 0;
    for (const child of childrenOf(bytes, entry)) {
      if (child.id === Id.codecId) codecId = String.fromCharCode(...bytes.subarray(child.data, child.end));
      if (child.id === Id.codecPrivate) codecPrivate = bytes.slice(child.data, child.end);
      if (child.id !== Id.video) continue;
      for (const detail of childrenOf(bytes, child)) {
        if (detail.id === Id.pixelWidth) width = readUnsigned(bytes, detail) ?? 0;
        if (detail.id === Id.pixelHeight) height = readUnsigned(bytes, detail) ?? 0;
      }
    }
    if (/^[AV]_[\w/]{2,30}$/.test(codecId)) return { codecId, codecPrivate, width, height };
  }
  return null;
}
