import { describe, expect, it } from "vitest";
import { PlaybackReport } from "../playback-report.ts";
import { type ConnectionStats, summarize } from "../stats.ts";

/** Totals of one voice and one picture, in seconds but for the freezes. */
function totals(heard: number, concealed: number, silence = 0, freezes = 0, frozen = 0): ConnectionStats {
  const report = new Map<string, object>([
    [
      "A",
      {
        type: "inbound-rtp",
        kind: "audio",
        mid: "4",
        totalSamplesReceived: (heard + silence) * 48_000,
        concealedSamples: (concealed + silence) * 48_000,
        silentConcealedSamples: silence * 48_000,
      },
    ],
    [
      "V",
      { type: "inbound-rtp", kind: "video", mid: "8", freezeCount: freezes, totalFreezesDuration: frozen },
    ],
  ]);
  return summarize(report as unknown as RTCStatsReport);
}

const sourceOf = (mid: string) => (mid === "8" ? 18 : null);

describe("what is told of the playback", () => {
  it("is what grew in ten seconds, silence apart", () => {
    const report = new PlaybackReport();
    expect(report.note(totals(100, 5, 50), sourceOf, 0)).toBeNull();
    expect(report.note(totals(104, 5.5, 50), sourceOf, 5_000)).toBeNull();
    expect(report.note(totals(108, 5.6, 52, 2, 1.5), sourceOf, 10_000)).toEqual({
      ms: 10_000,
      heard_ms: 8_000,
      concealed_ms: 600,
      video: [{ source: 18, frozen_ms: 1_500, freezes: 2 }],
    });
    expect(report.note(totals(118, 5.6, 52, 2, 1.5), sourceOf, 20_000)).toEqual({
      ms: 10_000,
      heard_ms: 10_000,
      concealed_ms: 0,
      video: [],
    });
  });

  it("begins anew with another transport, whose totals begin at zero", () => {
    const report = new PlaybackReport();
    report.note(totals(100, 50, 0, 9, 9), sourceOf, 0);
    report.restart();
    expect(report.note(totals(1, 0), sourceOf, 5_000)).toBeNull();
    expect(report.note(totals(11, 1), sourceOf, 15_000)).toMatchObject({
      heard_ms: 10_000,
      concealed_ms: 1_000,
    });
  });

  it("claims no longer time than the server takes", () => {
    const report = new PlaybackReport();
    report.note(totals(0, 0), sourceOf, 0);
    expect(report.note(totals(10_000, 10_000), sourceOf, 3_600_000)).toMatchObject({
      ms: 60_000,
      heard_ms: 240_000,
      concealed_ms: 240_000,
    });
  });

  it("leaves out a picture that is nobody's any more", () => {
    const report = new PlaybackReport();
    report.note(totals(0, 0), () => null, 0);
    expect(report.note(totals(10, 0, 0, 1, 1), () => null, 10_000)).toMatchObject({ video: [] });
  });
});
