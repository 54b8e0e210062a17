import { describe, expect, it } from "vitest";
import { expectToFit } from "./schema.ts";

// The fakes hold every message of every test against the schema; this shows that they would notice.
describe("the schema check", () => {
  const join = { id: 1, type: "join", data: { room: "r", invite: "s", name: "Ada" } };

  it("accepts what fits, unknown fields included", () => {
    expectToFit("request_join", { ...join, extra: 1 });
  });

  it.each([
    ["a missing field", { id: 1, type: "join" }],
    ["another type", { ...join, type: "joint" }],
    ["an id out of range", { ...join, id: 0 }],
    ["an id that is no integer", { ...join, id: 1.5 }],
    ["both invitation and token", { ...join, data: { ...join.data, token: "t" } }],
    ["an unknown source", { ...join, data: { ...join.data, publish: ["cam"] } }],
    ["an unknown source by mid", { ...join, data: { ...join.data, sources_by_mid: { 0: "cam" } } }],
  ])("refuses %s", (_, message) => {
    expect(() => expectToFit("request_join", message)).toThrow("against the schema");
  });

  it("refuses what the schema does not describe", () => {
    expect(() => expectToFit("event_unheard_of", {})).toThrow("no event_unheard_of");
  });
});
