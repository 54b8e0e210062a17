// The person's name, remembered in this browser; and the letters that stand for it on a tile.

import { readSetting, writeSetting } from "./settings.ts";

const kMaxCharacters = 64;

/** Trimmed, inner white space folded, at most 64 characters. */
export function cleanName(text: string, most = kMaxCharacters): string {
  return [...text.trim().replace(/\s+/gu, " ")].slice(0, most).join("");
}

export function savedName(): string {
  return readSetting("name") ?? "";
}

export function saveName(name: string): void {
  writeSetting("name", name);
}

/** One or two letters: the first of the first and last word, or a single character of Chinese. */
export function initials(name: string): string {
  const words = name.split(/[\s·]+/u).filter(Boolean);
  const [first = "?"] = words[0] ?? "?";
  if (/\p{Script=Han}/u.test(first) || words.length < 2) return first.toUpperCase();
  const [last = ""] = words.at(-1) ?? "";
  return (first + last).toUpperCase();
}

/** A hue of one's own, 0..359, the same for everyone. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x9e3779b1) >>> 0;
  return (hash >>> 7) % 360;
}
