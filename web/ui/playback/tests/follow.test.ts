import { describe, expect, it } from "vitest";
import { join } from "../core/follow.ts";
import { SeekCost } from "../core/seek-cost.ts";

describe("a picture that stands while the others play", () => {
  it("plays where the clock is, and goes there from elsewhere", () => {
    expect(join(0.05, false)).toBe("play");
    expect(join(-0.05, false)).toBe("play");
    expect(join(3, false)).toBe("go");
    expect(join(-3, false)).toBe("go");
  });

  it("waits for the clock where it was sent ahead, and plays when it came late", () => {
    expect(join(0.7, true)).toBe("wait");
    expect(join(0.05, true)).toBe("wait");
    expect(join(0.01, true)).toBe("play");
    expect(join(-3, true)).toBe("play");
  });
});

describe("the cost of a seek", () => {
  it("is learned from those that decoded much, and grows with what is decoded", () => {
    const cost = new SeekCost();
    const before = cost.expect(8);
    cost.note(0.2, 5);
    expect(cost.expect(8)).toBe(before);
    for (let i = 0; i < 20; i++) cost.note(8, 0.4);
    expect(cost.expect(8)).toBeGreaterThan(0.4);
    expect(cost.expect(8)).toBeLessThan(0.8);
    expect(cost.expect(2)).toBeLessThan(cost.expect(8));
    expect(cost.expect(-1)).toBe(cost.expect(0));
  });

  it("keeps nobody waiting for long after a moment without processor", () => {
    const cost = new SeekCost();
    cost.note(5, 60);
    expect(cost.expect(10)).toBe(2);
  });
});
