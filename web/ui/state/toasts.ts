// Short messages at the edge of the page, read out politely; each goes by itself.

import { signal } from "@preact/signals";

export interface Toast {
  readonly id: number;
  readonly text: string;
}

const kLifeMs = 4_000;
const kMost = 3;
let nextId = 1;

export const toasts = signal<readonly Toast[]>([]);

export function toast(text: string): void {
  const id = nextId++;
  toasts.value = [...toasts.value.slice(1 - kMost), { id, text }];
  setTimeout(() => {
    toasts.value = toasts.value.filter((one) => one.id !== id);
  }, kLifeMs);
}
