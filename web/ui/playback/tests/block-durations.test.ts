import { describe, expect, it } from "vitest";
import { withDurations } from "../core/block-durations.ts";
import { scanClusters } from "../core/cluster-scanner.ts";
import { childrenOf, Id, readElement, readUnsigned } from "../core/ebml.ts";
import { cluster, element } from "./webm-maker.ts";

const kTick = 0.001;

/** Of every block: its time, its duration or null, and whether it is a key frame. */
function blocksOf(bytes: Uint8Array): (readonly [number, number | null, boolean])[] {
  return scanClusters(bytes, 0, kTick, true).clusters.flatMap(({ offset, end }) => {
    const whole = readElement(bytes, offset);
    if (whole === null || whole === "bad") return [];
    let start = 0;
    return [...childrenOf(bytes, { ...whole, end })].flatMap((child) => {
      if (child.id === Id.timestamp) start = readUnsigned(bytes, child) ?? 0;
      const relative = (data: number) => (bytes[data + 1] ?? 0) * 256 + (bytes[data + 2] ?? 0);
      if (child.id === Id.simpleBlock)
        return [[start + relative(child.data), null, ((bytes[child.data + 3] ?? 0) & 0x80) !== 0] as const];
      if (child.id !== Id.blockGroup) return [];
      const parts = [...childrenOf(bytes, child)];
      const block = parts.find(({ id }) => id === Id.block);
      const duration = parts.find(({ id }) => id === Id.blockDuration);
      const isKey = !parts.some(({ id }) => id === Id.referenceBlock);
      return block && duration
        ? [[start + relative(block.data), readUnsigned(bytes, duration), isKey] as const]
        : [];
    });
  });
}

describe("durations of pictures", () => {
  it("reach from each to the next, over the ends of clusters and however late it comes", () => {
    const bytes = Uint8Array.from([...cluster(0, true), ...cluster(1_000, false), ...cluster(61_000, true)]);
    expect(blocksOf(withDurations(bytes, kTick, 61.3))).toEqual([
      [0, 100, true],
      [100, 900, false],
      [1_000, 100, false],
      [1_100, 59_900, false],
      [61_000, 100, true],
      [61_100, 200, false],
    ]);
  });

  it("are left open where what follows is earlier", () => {
    expect(blocksOf(withDurations(Uint8Array.from(cluster(500, true)), kTick, 0.1))).toEqual([
      [500, 100, true],
      [600, null, false],
    ]);
  });

  it("change nothing of the media", () => {
    const before = Uint8Array.from([...cluster(0, true, 300), ...cluster(200, false, 5, true)]);
    const after = withDurations(before, kTick, 0.4);
    const brief = (bytes: Uint8Array) =>
      scanClusters(bytes, 0, kTick, true).clusters.map(({ time, lastTime, key }) => ({
        time,
        lastTime,
        key,
      }));
    expect(brief(after)).toEqual(brief(before));
    const fill = Array.from({ length: 300 }, (_, i) => (i * 37) & 255).join();
    expect(Array.from(after).join()).toContain(fill);
    // Written once they stay as they are.
    expect(withDurations(after, kTick, 0.4)).toEqual(after);
  });

  it("are not written into what is no media", () => {
    expect(withDurations(new Uint8Array(), kTick, 1)).toEqual(new Uint8Array());
    const empty = Uint8Array.from(
      element(Id.cluster, [...element(Id.timestamp, [0]), ...element(Id.simpleBlock, [])]),
    );
    expect(() => withDurations(empty, kTick, 1)).not.toThrow();
    const whole = Uint8Array.from([...cluster(0, true), ...cluster(200, false)]);
    for (let length = 0; length < whole.length; length++)
      expect(() => withDurations(whole.subarray(0, length), kTick, 1)).not.toThrow();
  });
});
