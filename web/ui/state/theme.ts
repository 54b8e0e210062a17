// Light, dark, or as the system has it.

import { effect, signal } from "@preact/signals";
import { readSetting, writeSetting } from "./settings.ts";

export type Theme = "system" | "light" | "dark";

function read(): Theme {
  const stored = readSetting("theme");
  return stored === "light" || stored === "dark" ? stored : "system";
}

export const theme = signal<Theme>(read());

effect(() => {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset.theme;
  else root.dataset.theme = theme.value;
});

export function setTheme(next: Theme): void {
  theme.value = next;
  writeSetting("theme", next);
}
