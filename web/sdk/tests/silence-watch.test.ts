import { describe, expect, it } from "vitest";
import { kSparseSilenceMs, kSteadySilenceMs, SilenceWatch } from "../silence-watch.ts";
import { FakeClock } from "./fake-clock.ts";

function makeWatch(isOurs: () => boolean = () => true) {
  const clock = new FakeClock();
  const silences: number[] = [];
  const flow = { newest: null as number | null };
  const watch = new SilenceWatch(clock, {
    newestPacket: () => flow.newest,
    handleSilence: async () => {
      silences.push(clock.now());
      return isOurs();
    },
  });
  watch.start();
  /** A packet every `everyMs` for `ms`. */
  const play = async (ms: number, everyMs = 20) => {
    for (let passed = 0; passed < ms; passed += everyMs) {
      flow.newest = clock.now();
      await clock.advance(everyMs);
    }
  };
  return { clock, watch, flow, play, silences };
}

describe("silence of the media", () => {
  it("is noticed soon after steady packets, once", async () => {
    const { clock, play, silences } = makeWatch();
    await play(2_000);
    const stopped = clock.now();
    await clock.advance(30_000);
    expect(silences).toHaveLength(1);
    expect((silences[0] ?? 0) - stopped).toBeLessThanOrEqual(kSteadySilenceMs + 100);
  });

  it("is noticed again when packets came in between", async () => {
    const { clock, play, silences } = makeWatch();
    await play(2_000);
    await clock.advance(5_000);
    await play(2_000);
    await clock.advance(5_000);
    expect(silences).toHaveLength(2);
  });

  it("is nothing while a microphone that hears nothing sends now and then", async () => {
    const { play, silences } = makeWatch();
    await play(60_000, 400);
    expect(silences).toEqual([]);
  });

  it("is noticed after sparse packets too", async () => {
    const { clock, play, silences } = makeWatch();
    await play(4_000, 400);
    await clock.advance(kSparseSilenceMs + 100);
    expect(silences).toHaveLength(1);
  });

  it("is nothing in a room where nobody sends, nor before the first packet", async () => {
    const { clock, flow, play, silences } = makeWatch();
    await clock.advance(60_000);
    flow.newest = 0; // the map names a source, and no packet has come
    await clock.advance(60_000);
    await play(2_000);
    flow.newest = null; // everybody has muted
    await clock.advance(60_000);
    expect(silences).toEqual([]);
  });

  it("is asked about ever more rarely when it was the sender's each time", async () => {
    const { clock, play, silences } = makeWatch(() => false);
    for (let i = 0; i < 120; ++i) {
      await play(1_500);
      await clock.advance(500);
    }
    expect(silences.length).toBeGreaterThan(3);
    expect(silences.length).toBeLessThan(9); // after 0, 2, 4, 8, ... seconds of pause, in four minutes
  });

  it("is nothing after stop()", async () => {
    const { clock, watch, play, silences } = makeWatch();
    await play(2_000);
    watch.stop();
    await clock.advance(10_000);
    expect(silences).toEqual([]);
  });
});
