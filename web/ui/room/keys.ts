// Which key does what in the room. Never while typing, never with Ctrl, Alt or Meta held.

export type KeyAction =
  | "mic"
  | "camera"
  | "share"
  | "chat"
  | "people"
  | "hand"
  | "layout"
  | "fullScreen"
  | "desk"
  | "next"
  | "help"
  | "talk"
  | "escape";

export const kKeys: Readonly<Record<Exclude<KeyAction, "talk" | "escape">, string>> = {
  mic: "m",
  camera: "v",
  share: "d",
  chat: "c",
  people: "p",
  hand: "r",
  layout: "w",
  fullScreen: "s",
  desk: "q",
  next: "n",
  help: "?",
};

/** Other keys for the same. */
const kAlternatives: Readonly<Record<string, KeyAction>> = { h: "hand" };

export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
  readonly isComposing: boolean;
}

export function actionOf(press: KeyPress): KeyAction | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  if (press.key === "Escape") return "escape";
  if (press.key === " ") return "talk";
  // On keyboards of other scripts, and under an input method, the place of the key counts.
  const isLatin = /^[ -~]$/.test(press.key);
  const key = isLatin ? press.key.toLowerCase() : press.code.replace(/^Key/, "").toLowerCase();
  for (const [action, wanted] of Object.entries(kKeys)) {
    if (key === wanted) return action as KeyAction;
  }
  return kAlternatives[key] ?? null;
}

/** Text fields and lists take keys for themselves. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement) return true;
  if (target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "button", "submit"].includes(target.type);
}
