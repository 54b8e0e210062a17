// Light, dark, or as the system has it.

import { effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
const kKey = "parley.theme";

function read(): Theme {
  try {
    const stored = localStorage.getItem(kKey);
    return stored === "light" || stored === "dark" ? stored : "system";
  } catch {
    return "system";
  }
}

export const theme = signal<Theme>(read());

effect(() => {
  const root = document.documentElement;
  if (theme.value === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = theme.value;
});

export function setTheme(next: Theme): void {
  theme.value = next;
  try {
    localStorage.setItem(kKey, next);
  } catch {
    // The choice lasts as long as the page.
  }
}
