// One track's file, read in pieces: finds the place to play from by bisecting, as the clusters that were
// seen tell it, and hands out whole clusters one after the other. Works while the file grows.

import { type Cluster, findCluster, scanClusters } from "./cluster-scanner.ts";
import { readHead, type WebmHead } from "./webm-head.ts";

export interface Piece {
  /** Fewer than asked for, or none, where the file ends. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Of the whole file, as it is now. */
  readonly size: number;
}

/** Reads [from, to) of the file. Rejects when that cannot be had. */
export type ReadBytes = (from: number, to: number) => Promise<Piece>;

export interface Clusters {
  readonly clusters: readonly Cluster[];
  /** From the first of them to the end of the last. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where to go on. */
  readonly next: number;
  /** Nothing more stands in the file now. */
  readonly isAtEnd: boolean;
}

export class DamagedFile extends Error {}

const kHeadBytes = 64 << 10;
const kMostHeadBytes = 4 << 20;
const kProbeBytes = 64 << 10;
const kMostStepBytes = 8 << 20;
const kMostProbes = 24;

export class TrackFile {
  readonly #read: ReadBytes;
  /** By offset. */
  readonly #clusters: Cluster[] = [];
  #head: WebmHead | null = null;
  #size = 0;
  /** The last piece that was read: the next request is often for the same bytes. */
  #piece: { readonly from: number; readonly bytes: Uint8Array<ArrayBuffer> } | null = null;

  constructor(read: ReadBytes) {
    this.#read = read;
  }

  /** Reads the head once. Rejects with DamagedFile when there is none, also when there is none yet. */
  async open(): Promise<{ head: WebmHead; init: Uint8Array<ArrayBuffer> }> {
    for (let length = kHeadBytes; length <= kMostHeadBytes; length *= 4) {
      const bytes = await this.#get(0, length);
      const head = readHead(bytes);
      if (head === "bad") break;
      if (head) {
        this.#head = head;
        this.#scan(bytes.subarray(head.clustersAt), head.clustersAt);
        return { head, init: bytes.slice(0, head.clustersAt) };
      }
      if (bytes.length < length) break;
    }
    throw new DamagedFile("no track can be read from the head of this file");
  }

  /**
   * The offset from which to feed a decoder so that it shows what is to be seen at `time`: of the last
   * cluster with a key frame not after it, else of the first one. `end` is the track's last known time.
   */
  async seek(time: number, end: number): Promise<number> {
    const first = this.#clusters[0];
    if (!first) return this.#opened().clustersAt;
    let cluster = time <= first.time ? first : await this.#find(time, end);
    for (let step = kProbeBytes; cluster.key === null || cluster.key > time + kKeySlack; ) {
      const before = this.#before(cluster);
      if (before) {
        cluster = before;
        continue;
      }
      if (cluster.offset <= first.offset) return first.offset;
      // Back by ever larger steps; the bytes between are looked through once and remembered.
      const from = Math.max(first.offset, cluster.offset - step);
      const bytes = await this.#get(from, cluster.offset);
      const at = from === first.offset ? 0 : findCluster(bytes, 0);
      if (at >= 0) this.#scan(bytes.subarray(at), from + at);
      const reached = this.#before(cluster);
      if (!reached && step >= kMostStepBytes) return first.offset;
      step = reached ? kProbeBytes : step * 2;
    }
    return cluster.offset;
  }

  /** Whole clusters from `offset` on, about `length` bytes of them. */
  async next(offset: number, length: number): Promise<Clusters> {
    for (let wanted = length; ; wanted *= 2) {
      const bytes = await this.#get(offset, offset + wanted);
      const isLast = offset + bytes.length >= this.#size;
      const { clusters, next, isBad } = this.#scan(bytes, offset);
      const [begin] = clusters;
      if (begin) {
        const end = clusters.at(-1)?.end ?? begin.end;
        const whole = bytes.slice(begin.offset - offset, end - offset);
        return { clusters, bytes: whole, next: isBad ? end : next, isAtEnd: isLast };
      }
      if (isBad) {
        const at = findCluster(bytes, next - offset + 1);
        if (at > 0) return { clusters, bytes: kNone, next: offset + at, isAtEnd: false };
        return { clusters, bytes: kNone, next: offset + Math.max(1, bytes.length - 16), isAtEnd: isLast };
      }
      if (isLast || wanted >= kMostStepBytes * 8)
        return { clusters, bytes: kNone, next: isLast ? next : offset + bytes.length, isAtEnd: isLast };
    }
  }

  /** The cluster that is on at `time`, or the last one before. */
  async #find(time: number, end: number): Promise<Cluster> {
    for (let probe = 0; probe < kMostProbes; probe++) {
      const { below, above } = this.#around(time);
      const from = below.end;
      const to = above?.offset ?? this.#size;
      if (from >= to) return below;
      // Where it would stand if bytes were even in time; later probes halve, so that uneven ones end too.
      const span = Math.max((above?.time ?? Math.max(end, time)) - below.lastTime, 0.001);
      const share = probe % 3 === 2 ? 0.5 : (time - below.lastTime) / span;
      const guess = from + Math.floor((to - from) * Math.min(Math.max(share, 0), 1)) - kProbeBytes / 2;
      const at = Math.max(from, Math.min(guess, to - kProbeBytes));
      const bytes = await this.#get(at, Math.min(at + kProbeBytes * 2, Math.max(to, at + kProbeBytes)));
      if (bytes.length === 0) return below;
      const found = at === from ? 0 : findCluster(bytes, 0);
      const before = this.#clusters.length;
      if (found >= 0) this.#scan(bytes.subarray(found), at + found);
      if (this.#clusters.length === before) {
        // Nothing whole in this window: walk on from what is known.
        const walked = await this.next(from, kProbeBytes * 4);
        if (walked.clusters.length === 0) return below;
      }
    }
    return this.#around(time).below;
  }

  #around(time: number): { below: Cluster; above: Cluster | undefined } {
    const index = this.#clusters.findLastIndex((cluster) => cluster.time <= time);
    const below = this.#clusters[Math.max(index, 0)];
    if (!below) throw new DamagedFile("no cluster is known");
    return { below, above: this.#clusters[Math.max(index, 0) + 1] };
  }

  /** The cluster that ends where this one begins. */
  #before(cluster: Cluster): Cluster | null {
    const before = this.#clusters[this.#clusters.indexOf(cluster) - 1];
    return before && before.end === cluster.offset ? before : null;
  }

  #scan(bytes: Uint8Array, base: number) {
    const scan = scanClusters(bytes, base, this.#opened().tick, base + bytes.length >= this.#size);
    for (const cluster of scan.clusters) this.#remember(cluster);
    return scan;
  }

  #remember(cluster: Cluster): void {
    const index = this.#clusters.findLastIndex(({ offset }) => offset <= cluster.offset);
    const there = this.#clusters[index];
    if (there?.offset === cluster.offset) {
      // A cluster that was the file's last one may have grown since.
      if (there.end !== cluster.end) this.#clusters[index] = cluster;
      return;
    }
    this.#clusters.splice(index + 1, 0, cluster);
  }

  #opened(): WebmHead {
    if (!this.#head) throw new Error("open() comes first");
    return this.#head;
  }

  async #get(from: number, to: number): Promise<Uint8Array<ArrayBuffer>> {
    const piece = this.#piece;
    if (piece && piece.from <= from && piece.from + piece.bytes.length >= to)
      return piece.bytes.subarray(from - piece.from, to - piece.from);
    const { bytes, size } = await this.#read(from, to);
    this.#size = Math.max(size, from + bytes.length);
    this.#piece = { from, bytes };
    return bytes;
  }
}

const kNone = new Uint8Array();
/** Seconds: rounding of times between the timeline and the file. */
const kKeySlack = 0.002;
