import { describe, expect, it } from "vitest";
import { QualityWatch } from "../quality-watch.ts";
import type { ConnectionStats } from "../stats.ts";
import { FakeClock } from "./fake-clock.ts";

const kFigures: ConnectionStats = {
  inbound: [],
  outbound: [],
  transport: {
    rttMs: 20,
    availableOutgoingBitrate: null,
    protocol: "udp",
    localAddress: "",
    remoteAddress: "",
    srtpCipher: "",
    dtlsState: "connected",
  },
};

function watched() {
  const clock = new FakeClock();
  const source = { isInterrupted: false };
  const watch = new QualityWatch(
    clock,
    { stats: async () => kFigures, isInterrupted: () => source.isInterrupted, handleStats: () => {} },
    () => {},
  );
  const pass = () => clock.advance(2_000);
  watch.start();
  return { watch, source, pass };
}

describe("QualityWatch", () => {
  it("has nothing to say of the first figures of a transport", async () => {
    const { watch, pass } = watched();
    expect(watch.quality).toBe(0);
    await pass();
    expect(watch.quality).toBe(0);
    await pass();
    expect(watch.quality).toBe(4);
    watch.restart();
    await pass();
    expect(watch.quality).toBe(0);
    await pass();
    expect(watch.quality).toBe(4);
  });

  it("calls an interruption by its name at once", async () => {
    const { watch, source, pass } = watched();
    source.isInterrupted = true;
    await pass();
    expect(watch.quality).toBe(1);
  });
});
