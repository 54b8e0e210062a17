// Writes into clusters for how long each picture stands. A media source that is not told guesses at the end of every
// cluster, takes a picture that stands twice as long as that for a break, and drops all behind it until the next key
// frame (Media Source Extensions, coded frame processing): the slide of a shared screen, or ten seconds of a camera
// that once was late. Pure; what is no simple block is left as it is.

import { scanClusters } from "./cluster-scanner.ts";
import { childrenOf, Id, readElement, readUnsigned } from "./ebml.ts";

type Bytes = Uint8Array<ArrayBuffer>;
interface Part {
  /** The whole element. */
  readonly bytes: Uint8Array;
  /** Of a simple block, in the file's ticks. */
  readonly time: number | null;
}

const kKeyFlag = 0x80;
/** Flags that a block in a group has as well: invisible, and lacing. */
const kGroupFlags = 0x0e;
const kMostTicks = 0xffff_ffff;

/**
 * `bytes` are whole clusters; `tick` is the seconds of their unit of time, `until` when what follows them comes, in
 * seconds: null where that is not known, and the last block is left without a duration.
 */
export function withDurations(bytes: Uint8Array, tick: number, until: number | null): Bytes {
  const clusters = scanClusters(bytes, 0, tick, true).clusters.map((cluster) => partsOf(bytes, cluster));
  const times = clusters.flat().flatMap(({ time }) => time ?? []);
  times.push(until === null ? Number.NaN : Math.round(until / tick));
  let index = 0;
  const written = clusters.map((parts) =>
    element(
      Id.cluster,
      parts.map((part) => {
        if (part.time === null) return part.bytes;
        const duration = (times[++index] ?? Number.NaN) - part.time;
        return duration > 0 && duration <= kMostTicks ? group(part.bytes, duration) : part.bytes;
      }),
    ),
  );
  return joined(written);
}

function partsOf(bytes: Uint8Array, { offset, end }: { offset: number; end: number }): Part[] {
  const cluster = readElement(bytes, offset);
  if (cluster === null || cluster === "bad") return [];
  const parts: Part[] = [];
  let start = 0;
  let at = cluster.data;
  for (const child of childrenOf(bytes, { ...cluster, end })) {
    if (child.id === Id.timestamp) start = readUnsigned(bytes, child) ?? 0;
    const isBlock = child.id === Id.simpleBlock && flagsAt(bytes, child.data) < child.end;
    const time = isBlock ? start + relativeTime(bytes, child.data) : null;
    // A checksum would be of what stood here before.
    if (child.id !== Id.crc32) parts.push({ bytes: bytes.subarray(at, child.end), time });
    at = child.end;
  }
  return parts;
}

/** Of a block whose data begins there: behind the number of its track and two bytes of time. */
function flagsAt(bytes: Uint8Array, data: number): number {
  return data + Math.clz32(bytes[data] ?? 0) - 23 + 2;
}

function relativeTime(bytes: Uint8Array, data: number): number {
  const at = flagsAt(bytes, data) - 2;
  return (((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16)) >> 16;
}

/** A simple block as a group that tells its duration, in ticks. */
function group(simpleBlock: Uint8Array, duration: number): Bytes {
  const head = readElement(simpleBlock, 0);
  const block = simpleBlock.slice(head === null || head === "bad" ? 0 : head.data);
  const at = flagsAt(block, 0);
  const flags = block[at] ?? 0;
  block[at] = flags & kGroupFlags;
  const refersBack = (flags & kKeyFlag) === 0 ? [element(Id.referenceBlock, [Uint8Array.of(0xff)])] : [];
  const ticks = new Uint8Array(4);
  new DataView(ticks.buffer).setUint32(0, duration);
  return element(Id.blockGroup, [
    element(Id.block, [block]),
    element(Id.blockDuration, [ticks]),
    ...refersBack,
  ]);
}

/** Its size is written in eight bytes. */
function element(id: number, data: readonly Uint8Array[]): Bytes {
  const idLength = Math.ceil((32 - Math.clz32(id)) / 8);
  const head = new Uint8Array(idLength + 8);
  for (let i = 0, rest = id; i < idLength; i++, rest >>>= 8) head[idLength - 1 - i] = rest & 255;
  const size = data.reduce((sum, { length }) => sum + length, 0);
  new DataView(head.buffer).setBigUint64(idLength, (0x01n << 56n) | BigInt(size));
  return joined([head, ...data]);
}

function joined(parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
