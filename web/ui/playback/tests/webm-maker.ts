// Builds small WebM files, as the recorder writes them, for the tests.

import type { Piece, ReadBytes } from "../core/track-file.ts";

export function element(id: number, data: readonly number[], isUnknown = false): number[] {
  const idBytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) idBytes.unshift(rest % 256);
  const size = isUnknown
    ? [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]
    : [0x10 | (data.length >> 24), (data.length >> 16) & 255, (data.length >> 8) & 255, data.length & 255];
  return [...idBytes, ...size, ...data];
}

export const ascii = (text: string) => [...text].map((letter) => letter.charCodeAt(0));

export function head(codec = "V_VP8"): number[] {
  const video = element(0xe0, [...element(0xb0, [0x05, 0x00]), ...element(0xba, [0x02, 0xd0])]);
  const entry = element(0xae, [...element(0x86, ascii(codec)), ...video]);
  const info = element(0x1549a966, element(0x2ad7b1, [0x0f, 0x42, 0x40]));
  const ebml = element(0x1a45dfa3, element(0x4282, ascii("webm")));
  return [...ebml, ...element(0x18538067, [], true), ...info, ...element(0x1654ae6b, entry)];
}

/** `ms`: of its first block; `isKey`: that one is a key frame. Two blocks, 100 ms apart. */
export function cluster(ms: number, isKey: boolean, bytes = 40, isUnknown = false): number[] {
  const fill = Array.from({ length: bytes }, (_, i) => (i * 37 + ms) & 255);
  const block = (at: number, flags: number) =>
    element(0xa3, [0x81, (at >> 8) & 255, at & 255, flags, ...fill]);
  const time = element(0xe7, [(ms >> 24) & 255, (ms >> 16) & 255, (ms >> 8) & 255, ms & 255]);
  return element(0x1f43b675, [...time, ...block(0, isKey ? 0x80 : 0), ...block(100, 0)], isUnknown);
}

/** A file in memory; `reads` tells what was asked for. */
export function memoryFile(bytes: Iterable<number>) {
  const content = { bytes: Uint8Array.from(bytes), reads: [] as [number, number][] };
  const read: ReadBytes = async (from, to): Promise<Piece> => {
    content.reads.push([from, to]);
    return { bytes: content.bytes.slice(from, to), size: content.bytes.length };
  };
  return { content, read };
}
