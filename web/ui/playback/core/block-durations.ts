// Writes into clusters for how long each picture stands. A media source that is not told guesses at the end of every
// cluster, takes a picture that stands twice as long as that for a break, and drops all behind it until the next key
// frame (Media Source Extensions, coded frame processing): the slide of a shared screen, or ten seconds of a camera
// that once was late. Pure; what is no simple block is left as it is.

import { readBlockHead, scanClusters } from "./cluster-scanner.ts";
import { childrenOf, Id, readElement, readUnsigned } from "./ebml.ts";

type Bytes = Uint8Array<ArrayBuffer>;
interface Block {
  readonly bytes: Uint8Array;
  /** In the file's ticks. */
  readonly time: number;
  readonly flags: number;
  readonly flagsAt: number;
}
interface Part {
  /** The whole element. */
  readonly bytes: Uint8Array;
  /** What a simple block holds. */
  readonly block: Block | null;
}

const kKeyFlag = 0x80;
/** Flags that a block in a group has as well: invisible, and lacing. */
const kGroupFlags = 0x0e;
const kMostTicks = 0xffff_ffff;

/**
 * `bytes` are whole clusters; `tick` is the seconds of their unit of time, `until` when what follows them comes or
 * the track ends, in seconds: a last block that is not before it is left as it is.
 */
export function withDurations(bytes: Uint8Array, tick: number, until: number): Bytes {
  const clusters = scanClusters(bytes, 0, tick, true).clusters.map((cluster) => partsOf(bytes, cluster));
  const times = clusters.flat().flatMap(({ block }) => block?.time ?? []);
  times.push(Math.round(until / tick));
  let index = 0;
  const written = clusters.map((parts) =>
    element(
      Id.cluster,
      parts.map(({ bytes, block }) => {
        if (!block) return bytes;
        const duration = (times[++index] ?? Number.NaN) - block.time;
        return duration > 0 && duration <= kMostTicks ? group(block, duration) : bytes;
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
    const head = child.id === Id.simpleBlock ? readBlockHead(bytes, child) : null;
    const block = head && {
      bytes: bytes.subarray(child.data, child.end),
      time: start + head.time,
      flags: head.flags,
      flagsAt: head.flagsAt - child.data,
    };
    // A checksum would be of what stood here before.
    if (child.id !== Id.crc32) parts.push({ bytes: bytes.subarray(at, child.end), block });
    at = child.end;
  }
  return parts;
}

/** A simple block as a group that tells its duration, in ticks. */
function group({ bytes, flags, flagsAt }: Block, duration: number): Bytes {
  const block = bytes.slice();
  block[flagsAt] = flags & kGroupFlags;
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
