import { describe, expect, it } from "vitest";
import { findCluster, scanClusters } from "../core/cluster-scanner.ts";
import { DamagedFile, TrackFile } from "../core/track-file.ts";
import { readHead } from "../core/webm-head.ts";
import { cluster, element, head, memoryFile } from "./webm-maker.ts";

const kTick = 0.001;
const bytesOf = (list: readonly number[]) => Uint8Array.from(list);

/** A cluster each 200 ms, a key frame each `keyEvery` clusters. */
function longFile(clusters: number, keyEvery: number, bytes = (_: number) => 200): Uint8Array {
  const parts = [head()];
  for (let i = 0; i < clusters; i++) parts.push(cluster(i * 200, i % keyEvery === 0, bytes(i)));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe("the head of a file", () => {
  it("tells the codec, the size of the picture and where clusters begin", () => {
    const start = head();
    expect(readHead(bytesOf([...start, ...cluster(0, true)]))).toMatchObject({
      codecId: "V_VP8",
      width: 1280,
      height: 720,
      tick: 0.001,
      clustersAt: start.length,
    });
  });

  it("asks for more at every truncation, and never reads on", () => {
    const start = [...head(), ...cluster(0, true)];
    for (let length = 0; length < head().length + 8; length++)
      expect(readHead(bytesOf(start.slice(0, length))), String(length)).toBeNull();
  });

  it("refuses what is no WebM", () => {
    expect(readHead(bytesOf([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 2, 3]))).toBe("bad");
    expect(readHead(bytesOf(Array(64).fill(0)))).toBe("bad");
    expect(readHead(bytesOf([...head("<script>"), ...cluster(0, true)]))).toBe("bad");
  });
});

describe("clusters", () => {
  it("tell their times and key frames, with known and unknown size", () => {
    for (const isUnknown of [false, true]) {
      const first = cluster(1_000, true, 40, isUnknown);
      const bytes = bytesOf([...first, ...cluster(1_200, false, 40, isUnknown)]);
      const { clusters, next, isBad } = scanClusters(bytes, 5_000, kTick, true);
      expect(isBad).toBe(false);
      expect(next).toBe(5_000 + bytes.length);
      expect(clusters).toMatchObject([
        { offset: 5_000, end: 5_000 + first.length, time: 1, lastTime: 1.1, key: 1 },
        { time: 1.2, key: null },
      ]);
    }
  });

  it("are whole or left for later", () => {
    const first = cluster(0, true);
    const all = [...first, ...cluster(200, false)];
    for (let cut = first.length; cut < all.length; cut++) {
      const scan = scanClusters(bytesOf(all.slice(0, cut)), 0, kTick, false);
      expect(scan).toMatchObject({ next: first.length, isBad: false });
      expect(scan.clusters).toHaveLength(1);
    }
  });

  it("are found again behind noise, not where media looks like one", () => {
    const noise = [0x1f, 0x43, 0xb6, 0x75, 0x81, 0x00, 0x1f, 0x43, 1, 2, 3];
    expect(findCluster(bytesOf([...noise, ...cluster(0, true)]), 0)).toBe(noise.length);
    expect(findCluster(bytesOf(noise), 0)).toBe(-1);
  });

  it("of hostile bytes end the scan", () => {
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return seed >>> 16;
    };
    for (let round = 0; round < 2_000; round++) {
      const bytes = bytesOf([...cluster(0, true), ...cluster(200, false)]);
      for (let hit = 0; hit < 6; hit++) bytes[random() % bytes.length] = random() & 255;
      const { clusters, next } = scanClusters(bytes, 0, kTick, round % 2 === 0);
      expect(next).toBeLessThanOrEqual(bytes.length);
      for (const { offset, end } of clusters) expect(offset < end && end <= bytes.length).toBe(true);
    }
  });
});

describe("a track's file", () => {
  it("is sought by few requests, to the key frame at or before the time", async () => {
    const bytes = longFile(3_000, 25);
    const { content, read } = memoryFile(bytes);
    const file = new TrackFile(read);
    await file.open();
    for (const time of [500.03, 0, 599.9, 4.9, 5, 233.21]) {
      const before = content.reads.length;
      const { clusters } = await file.next(await file.seek(time, 600), 1_000);
      const key = Math.floor(time / 5) * 5;
      expect(clusters[0]?.time, String(time)).toBeCloseTo(key, 3);
      expect(content.reads.length - before).toBeLessThan(10);
    }
  });

  it("is sought where bytes are far from even in time", async () => {
    const { content, read } = memoryFile(longFile(1_500, 10, (i) => (i < 60 ? 4_000 : 60)));
    const file = new TrackFile(read);
    await file.open();
    for (const time of [6.5, 13, 200.1, 290]) {
      const { clusters } = await file.next(await file.seek(time, 300), 1_000);
      expect(clusters[0]?.time).toBeCloseTo(Math.floor(time / 2) * 2, 3);
    }
    expect(content.reads.length).toBeLessThan(60);
  });

  it("goes far back to the only key frame", async () => {
    const { read } = memoryFile(longFile(2_000, 100_000));
    const file = new TrackFile(read);
    const { init } = await file.open();
    expect(await file.seek(390, 400)).toBe(init.length);
  });

  it("hands out every cluster once, also while it grows", async () => {
    const bytes = longFile(50, 5);
    const { content, read } = memoryFile(bytes.slice(0, bytes.length - 700));
    const file = new TrackFile(read);
    await file.open();
    let at = await file.seek(0, 10);
    const times: number[] = [];
    for (let round = 0; round < 100; round++) {
      const piece = await file.next(at, 4_000);
      times.push(...piece.clusters.map(({ time }) => Math.round(time * 1_000)));
      at = piece.next;
      if (piece.isAtEnd) content.bytes = Uint8Array.from(bytes);
      if (at >= bytes.length) break;
    }
    expect(times).toEqual(Array.from({ length: 50 }, (_, i) => i * 200));
  });

  it("goes on behind damage", async () => {
    const damaged = [...head(), ...cluster(0, true), ...Array(300).fill(0), ...cluster(400, true)];
    const file = new TrackFile(memoryFile(damaged).read);
    await file.open();
    let at = await file.seek(0, 1);
    const times: number[] = [];
    for (let round = 0; round < 10; round++) {
      const piece = await file.next(at, 1_000);
      times.push(...piece.clusters.map(({ time }) => time));
      at = piece.next;
      if (piece.isAtEnd && piece.clusters.length === 0) break;
    }
    expect(times).toEqual([0, 0.4]);
  });

  it("that is none says so", async () => {
    for (const bytes of [[], Array(100).fill(0x1f), element(0x1a45dfa3, [])])
      await expect(new TrackFile(memoryFile(bytes).read).open()).rejects.toThrow(DamagedFile);
  });
});
