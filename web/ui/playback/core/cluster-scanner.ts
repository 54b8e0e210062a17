// Finds clusters in a piece of a track's file: where each one stands, its time, and its key frames.

import { childrenOf, type Element, Id, readElement, readUnsigned } from "./ebml.ts";

export interface Cluster {
  /** Bytes of the file. */
  readonly offset: number;
  readonly end: number;
  /** Seconds: of its first and last block. */
  readonly time: number;
  readonly lastTime: number;
  /** Seconds: of its first key frame, as every block of sound is one. An hour has 18,000 clusters a track. */
  readonly key: number | null;
}

export interface Scan {
  readonly clusters: readonly Cluster[];
  /** Offset in the file at which to go on: behind the last whole element. */
  readonly next: number;
  /** Whole elements end here in something that is no Matroska. */
  readonly isBad: boolean;
}

const kTopLevel: ReadonlySet<number> = new Set([
  Id.seekHead,
  Id.info,
  Id.tracks,
  Id.cluster,
  Id.cues,
  Id.chapters,
  Id.tags,
  Id.attachments,
]);
/** A cluster holds 200 ms; what claims to be larger than this is damage. */
const kMostClusterBytes = 32 << 20;
const kMarker = [0x1f, 0x43, 0xb6, 0x75] as const;

/**
 * `bytes` stand at `base` in the file and begin with an element of the top level. With `isLast` the file
 * ends with them, and so does a cluster of unknown size.
 */
export function scanClusters(bytes: Uint8Array, base: number, tick: number, isLast: boolean): Scan {
  const clusters: Cluster[] = [];
  let at = 0;
  while (at < bytes.length) {
    const element = readElement(bytes, at);
    if (element === null) break;
    if (element === "bad") return { clusters, next: base + at, isBad: true };
    const end = element.id === Id.cluster ? endOfCluster(bytes, element, isLast) : element.end;
    if (end === null || end > bytes.length) {
      const isTooLarge = element.id === Id.cluster && (end ?? 0) - at > kMostClusterBytes;
      return { clusters, next: base + at, isBad: isTooLarge };
    }
    if (element.id === Id.cluster) {
      const cluster = readCluster(bytes, { ...element, end }, base + at, base, tick);
      if (cluster) clusters.push(cluster);
    }
    at = end;
  }
  return { clusters, next: base + at, isBad: false };
}

/** A cluster of unknown size ends where the next element of the top level begins. */
function endOfCluster(bytes: Uint8Array, cluster: Element, isLast: boolean): number | null {
  if (cluster.end !== Number.POSITIVE_INFINITY) return cluster.end;
  let at = cluster.data;
  while (at < bytes.length) {
    const child = readElement(bytes, at);
    if (child === null || child === "bad") break;
    if (kTopLevel.has(child.id)) return at;
    if (child.end > bytes.length) break;
    at = child.end;
  }
  return isLast && at > cluster.data ? at : null;
}

function readCluster(
  bytes: Uint8Array,
  element: Element,
  offset: number,
  base: number,
  tick: number,
): Cluster | null {
  let start: number | null = null;
  const times: number[] = [];
  let key: number | null = null;
  const add = (block: Element, isKey: (flags: number) => boolean) => {
    const head = readBlockHead(bytes, block);
    if (start === null || !head) return;
    const time = (start + head.time) * tick;
    times.push(time);
    if (isKey(head.flags)) key ??= time;
  };
  for (const child of childrenOf(bytes, element)) {
    if (child.id === Id.timestamp) start = readUnsigned(bytes, child);
    else if (child.id === Id.simpleBlock) add(child, (flags) => (flags & 0x80) !== 0);
    else if (child.id === Id.blockGroup) {
      const parts = [...childrenOf(bytes, child)];
      const block = parts.find(({ id }) => id === Id.block);
      if (block) add(block, () => !parts.some(({ id }) => id === Id.referenceBlock));
    }
  }
  if (times.length === 0) return null;
  const end = base + element.end;
  return { offset, end, time: Math.min(...times), lastTime: Math.max(...times), key };
}

export interface BlockHead {
  /** Ticks after its cluster's. */
  readonly time: number;
  readonly flags: number;
  /** Where the flags stand. */
  readonly flagsAt: number;
}

/** Of a block, simple or in a group: behind the number of its track. null: its data ends before that does. */
export function readBlockHead(bytes: Uint8Array, block: Element): BlockHead | null {
  const track = readElementLength(bytes[block.data]);
  const at = block.data + track;
  if (track === 0 || at + 3 > block.end) return null;
  const time = (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16)) >> 16;
  return { time, flags: bytes[at + 2] ?? 0, flagsAt: at + 2 };
}

/** Bytes of the variable-length number that begins so; 0 when none does. */
function readElementLength(first: number | undefined): number {
  const length = first === undefined ? 9 : Math.clz32(first) - 23;
  return length > 8 ? 0 : length;
}

/** Where in `bytes` the next cluster begins, from `at` on; -1 when none does. Media that looks like one does not count. */
export function findCluster(bytes: Uint8Array, at: number): number {
  for (let i = bytes.indexOf(kMarker[0], at); i >= 0; i = bytes.indexOf(kMarker[0], i + 1)) {
    if (!kMarker.every((byte, k) => bytes[i + k] === byte)) continue;
    const cluster = readElement(bytes, i);
    if (cluster === null || cluster === "bad") continue;
    let first = readElement(bytes, cluster.data);
    if (first !== null && first !== "bad" && first.id === Id.crc32) first = readElement(bytes, first.end);
    if (first !== null && first !== "bad" && first.id === Id.timestamp && first.end - first.data <= 8)
      return i;
  }
  return -1;
}
