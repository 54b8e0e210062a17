import { describe, expect, it } from "vitest";
import { type ConnectionStats, judge, summarize } from "../stats.ts";

// The shape of what Chromium reports, shortened.
const kReport = new Map<string, object>([
  [
    "T",
    {
      type: "transport",
      selectedCandidatePairId: "P",
      srtpCipher: "AEAD_AES_128_GCM",
      dtlsState: "connected",
    },
  ],
  [
    "P",
    { type: "candidate-pair", localCandidateId: "L", remoteCandidateId: "R", currentRoundTripTime: 0.012 },
  ],
  ["L", { type: "local-candidate", address: "10.0.0.1", port: 5000, protocol: "udp" }],
  ["R", { type: "remote-candidate", address: "10.0.0.2", port: 3478, protocol: "udp" }],
  ["C", { type: "codec", mimeType: "video/VP8" }],
  [
    "I",
    {
      type: "inbound-rtp",
      kind: "video",
      mid: "8",
      codecId: "C",
      bytesReceived: 9,
      packetsReceived: 90,
      packetsLost: 10,
      framesDecoded: 7,
      frameHeight: 360,
    },
  ],
  [
    "O",
    {
      type: "outbound-rtp",
      kind: "video",
      mid: "1",
      rid: "h",
      codecId: "C",
      bytesSent: 5,
      remoteId: "X",
      framesEncoded: 3,
    },
  ],
  ["X", { type: "remote-inbound-rtp", fractionLost: 0.25 }],
]);

const reportOf = (entries: Map<string, object>) => summarize(entries as unknown as RTCStatsReport);

describe("stats", () => {
  it("reduces a report to what is used of it", () => {
    const stats = reportOf(kReport);
    expect(stats.transport).toEqual({
      rttMs: 12,
      availableOutgoingBitrate: null,
      protocol: "udp",
      localAddress: "10.0.0.1:5000",
      remoteAddress: "10.0.0.2:3478",
      srtpCipher: "AEAD_AES_128_GCM",
      dtlsState: "connected",
    });
    expect(stats.inbound[0]).toMatchObject({
      mid: "8",
      codec: "video/VP8",
      lost: 10,
      framesDecoded: 7,
      height: 360,
    });
    expect(stats.outbound[0]).toMatchObject({ mid: "1", rid: "h", framesEncoded: 3, lossFraction: 0.25 });
  });

  it("finds the pair in use where the transport does not name it", () => {
    const firefox = new Map(kReport);
    firefox.delete("T");
    firefox.set("P", { ...kReport.get("P"), selected: true });
    expect(reportOf(firefox).transport.rttMs).toBe(12);
  });

  it("judges by the worse of loss and round trip", () => {
    const sample = (rttMs: number | null, received: number, lost: number, sentLoss = 0): ConnectionStats => {
      const stats = reportOf(kReport);
      const [inbound] = stats.inbound;
      const [outbound] = stats.outbound;
      if (!inbound || !outbound) throw new Error("the report has both");
      return {
        inbound: [{ ...inbound, packets: received, lost }],
        outbound: [{ ...outbound, lossFraction: sentLoss }],
        transport: { ...stats.transport, rttMs },
      };
    };
    expect(judge(sample(20, 0, 0), sample(null, 0, 0))).toBe(0);
    expect(judge(sample(20, 0, 0), sample(20, 100, 0))).toBe(4);
    expect(judge(sample(20, 0, 0), sample(300, 100, 0))).toBe(3);
    expect(judge(sample(20, 0, 0), sample(20, 100, 0, 0.1))).toBe(2);
    expect(judge(sample(20, 0, 0), sample(900, 100, 0))).toBe(1);
    // Only what was lost since the last look counts.
    expect(judge(sample(20, 100, 100), sample(20, 1_000, 100))).toBe(4);
    expect(judge(sample(20, 100, 0), sample(20, 150, 50))).toBe(1);
    // A fresh transport counts from zero.
    expect(judge(sample(20, 5_000, 400), sample(20, 10, 0))).toBe(4);
  });
});
