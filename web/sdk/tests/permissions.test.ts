import { describe, expect, it } from "vitest";
import table from "../../../signaling/room/permissions.json" with { type: "json" };
import { mayDo } from "../permissions.ts";
import type { Role } from "../types.ts";

describe("permissions", () => {
  it("knows the roles of the server", () => {
    const roles: Record<Role, true> = { attendee: true, panelist: true, cohost: true, host: true };
    expect(Object.keys(roles).sort()).toEqual([...table.roles].sort());
  });

  it("is the server's table", () => {
    expect(mayDo("host", "end_meeting")).toBe(true);
    expect(mayDo("cohost", "end_meeting")).toBe(false);
    expect(mayDo("attendee", "chat")).toBe(true);
    expect(mayDo("attendee", "mute_others")).toBe(false);
  });
});
