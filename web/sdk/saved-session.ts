import type { Environment } from "./environment.ts";

const kKey = "parley.session";

export interface SavedSession {
  readonly room: string;
  readonly resume: string;
}

// What a reload needs to come back as the same participant. sessionStorage belongs to the tab, so that
// a second tab joins as somebody else. Contains no name and no link.
export function saveSession(environment: Environment, session: SavedSession): void {
  try {
    environment.sessionStorage?.setItem(kKey, JSON.stringify(session));
  } catch {
    // Full or forbidden: a reload then asks for the name again.
  }
}

export function loadSession(environment: Environment): SavedSession | null {
  try {
    const value: unknown = JSON.parse(environment.sessionStorage?.getItem(kKey) ?? "null");
    if (typeof value !== "object" || value === null) return null;
    const { room, resume } = value as Partial<SavedSession>;
    return typeof room === "string" && typeof resume === "string" ? { room, resume } : null;
  } catch {
    return null;
  }
}

export function clearSession(environment: Environment): void {
  try {
    environment.sessionStorage?.removeItem(kKey);
  } catch {
    // Nothing was stored then.
  }
}
