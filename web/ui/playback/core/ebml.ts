// EBML (RFC 8794) as Matroska and WebM use it: the head of an element, integers, and the identifiers that
// the player reads. Pure functions over borrowed bytes; nothing is read past their end.

export const Id = {
  ebml: 0x1a45dfa3,
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  info: 0x1549a966,
  timestampScale: 0x2ad7b1,
  tracks: 0x1654ae6b,
  trackEntry: 0xae,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  video: 0xe0,
  pixelWidth: 0xb0,
  pixelHeight: 0xba,
  cluster: 0x1f43b675,
  timestamp: 0xe7,
  simpleBlock: 0xa3,
  blockGroup: 0xa0,
  block: 0xa1,
  blockDuration: 0x9b,
  referenceBlock: 0xfb,
  crc32: 0xbf,
  cues: 0x1c53bb6b,
  chapters: 0x1043a770,
  tags: 0x1254c367,
  attachments: 0x1941a469,
} as const;

/** An element's head: what it is and where its data stands. Offsets are of the bytes it was read from. */
export interface Element {
  readonly id: number;
  readonly data: number;
  /** Behind its data; Infinity when the size is unknown (RFC 8794, section 6.2). */
  readonly end: number;
}

/** null: the bytes end before the head does. "bad": no EBML. */
export type ReadElement = Element | null | "bad";

const kMostIdBytes = 4;

export function readElement(bytes: Uint8Array, at: number): ReadElement {
  const first = bytes[at];
  if (first === undefined) return null;
  const idLength = Math.clz32(first) - 23;
  if (idLength > kMostIdBytes) return "bad";
  let id = 0;
  for (let i = 0; i < idLength; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    id = id * 256 + byte;
  }
  const sizeAt = at + idLength;
  const lead = bytes[sizeAt];
  if (lead === undefined) return null;
  const sizeLength = Math.clz32(lead) - 23;
  if (sizeLength > 8) return "bad";
  if (sizeAt + sizeLength > bytes.length) return null;
  const marker = 0xff >> sizeLength;
  let size = lead & marker;
  let isUnknown = size === marker;
  for (let i = 1; i < sizeLength; i++) {
    const byte = bytes[sizeAt + i] ?? 0;
    isUnknown &&= byte === 0xff;
    size = size * 256 + byte;
  }
  const data = sizeAt + sizeLength;
  if (isUnknown) return { id, data, end: Number.POSITIVE_INFINITY };
  return Number.isSafeInteger(size) ? { id, data, end: data + size } : "bad";
}

/** Big endian, up to eight bytes; null when longer or past the end of the bytes. */
export function readUnsigned(bytes: Uint8Array, { data, end }: Element): number | null {
  if (end - data > 8 || end > bytes.length) return null;
  let value = 0;
  for (let i = data; i < end; i++) value = value * 256 + (bytes[i] ?? 0);
  return Number.isSafeInteger(value) ? value : null;
}

/** The elements inside `parent`, as far as the bytes go; ends early at what is no EBML. */
export function* childrenOf(bytes: Uint8Array, parent: Element): Generator<Element> {
  let at = parent.data;
  const end = Math.min(parent.end, bytes.length);
  while (at < end) {
    const child = readElement(bytes, at);
    if (child === null || child === "bad" || child.end > end) return;
    yield child;
    at = child.end;
  }
}
