// The language of the page: the person's choice, else the browser's. Reading `t.value` in a component
// draws it again when the language changes.

import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";
import { readSetting, writeSetting } from "../state/settings.ts";
import { type Catalogue, en } from "./en.ts";
import { zhCn } from "./zh-cn.ts";

export type Language = "en" | "zh-CN";
export const catalogues: Readonly<Record<Language, Catalogue>> = { en, "zh-CN": zhCn };

export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  if (stored === "en" || stored === "zh-CN") return stored;
  const first = preferred.find((tag) => /^(en|zh)\b/i.test(tag));
  return first && /^zh\b/i.test(first) ? "zh-CN" : "en";
}

export const language = signal<Language>(chooseLanguage(readSetting("language"), navigator.languages));
export const t = computed(() => catalogues[language.value]);

effect(() => {
  document.documentElement.lang = language.value;
});

export function setLanguage(next: Language): void {
  language.value = next;
  writeSetting("language", next);
}

/** The words of a part of the page that come with its code, and not with the first file. */
export function wordsIn<T>(words: Readonly<Record<Language, T>>): ReadonlySignal<T> {
  return computed(() => words[language.value]);
}
