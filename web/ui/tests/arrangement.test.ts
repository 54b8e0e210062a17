import { describe, expect, it } from "vitest";
import { type Arrangement, arrange, type Rect, type Space } from "../room/arrangement.ts";
import { layoutGallery } from "../room/gallery-layout.ts";

const kSpaces: readonly Space[] = [
  { width: 1416, height: 776 },
  { width: 1060, height: 776 },
  { width: 796, height: 1056 },
  { width: 374, height: 720 },
  { width: 344, height: 520 },
  { width: 800, height: 290 },
];
const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `k${index}`);

function overlap(a: Rect, b: Rect): boolean {
  const across = a.left < b.left + b.width && b.left < a.left + a.width;
  return across && a.top < b.top + b.height && b.top < a.top + a.height;
}

function expectSound({ placed }: Arrangement, { width, height }: Space): void {
  for (const [index, { rect }] of placed.entries()) {
    expect(rect.left).toBeGreaterThanOrEqual(0);
    expect(rect.top).toBeGreaterThanOrEqual(0);
    expect(rect.left + rect.width).toBeLessThanOrEqual(width);
    expect(rect.top + rect.height).toBeLessThanOrEqual(height);
    expect(Math.min(rect.width, rect.height)).toBeGreaterThan(20);
    for (const other of placed.slice(index + 1)) expect(overlap(rect, other.rect)).toBe(false);
  }
}

describe("gallery", () => {
  it.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [5, 3, 2],
    [9, 3, 3],
    [16, 4, 4],
    [25, 5, 5],
  ])("shows %i on a wide screen in %i columns and %i rows", (count, columns, rows) => {
    expect(layoutGallery(count, 1416, 776, 8)).toMatchObject({ columns, rows });
  });

  it("stacks two on a phone", () => {
    expect(layoutGallery(2, 374, 720, 8)).toMatchObject({ columns: 1, rows: 2 });
  });

  it.each(kSpaces)("keeps 1 to 30 tiles inside $width×$height, apart from each other", (space) => {
    for (let count = 1; count <= 30; count++) expectSound(arrange(keysOf(count), [], space, 0), space);
  });

  it("turns pages beyond 25, and never past the last", () => {
    const space = { width: 1416, height: 776 };
    const last = arrange(keysOf(27), [], space, 9);
    expect(last).toMatchObject({ page: 1, pages: 2 });
    expect(last.placed.map(({ key }) => key)).toEqual(["k25", "k26"]);
    expect(arrange(keysOf(25), [], space, 0).pages).toBe(1);
  });
});

describe("stage", () => {
  it.each(kSpaces)("keeps the stage and its strip inside $width×$height", (space) => {
    for (let count = 1; count <= 30; count++) {
      for (const isScreen of [false, true]) {
        const arrangement = arrange(keysOf(count), [{ key: "k0", isScreen }], space, 0);
        expectSound(arrangement, space);
        expect(arrangement.placed[0]).toMatchObject({ key: "k0", isStage: true });
      }
    }
  });

  it.each(kSpaces)("keeps several on it inside $width×$height", (space) => {
    for (let count = 2; count <= 9; count++) {
      const stages = keysOf(count).map((key) => ({ key, isScreen: key === "k1" }));
      const arrangement = arrange(keysOf(12), stages, space, 0);
      expectSound(arrangement, space);
      const large = arrangement.placed.filter(({ isStage }) => isStage).map(({ key }) => key);
      expect(large).toEqual(keysOf(count));
    }
  });

  it("reaches everybody by its pages", () => {
    const space = { width: 800, height: 290 };
    const stage = [{ key: "k3", isScreen: true }];
    const { pages } = arrange(keysOf(12), stage, space, 0);
    const seen = new Set<string>();
    for (let page = 0; page < pages; page++) {
      for (const { key } of arrange(keysOf(12), stage, space, page).placed) seen.add(key);
    }
    expect(seen.size).toBe(12);
  });
});

it("places nothing where there is no room yet", () => {
  expect(arrange(keysOf(3), [], { width: 0, height: 0 }, 0).placed).toEqual([]);
});
