// Which role may do what: the server's own table, so that a page offers what will be granted.

import table from "../../signaling/room/permissions.json" with { type: "json" };
import type { Role } from "./types.ts";

export type Action = keyof typeof table.actions;

export function mayDo(role: Role, action: Action): boolean {
  const allowed: readonly string[] = table.actions[action];
  return allowed.includes(role);
}
