import type { Quality } from "./types.ts";

/** One received stream, totals since the transport began. */
export interface InboundStats {
  readonly mid: string;
  readonly kind: "audio" | "video";
  readonly bytes: number;
  readonly packets: number;
  readonly lost: number;
  readonly jitterMs: number;
  readonly codec: string;
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly keyFramesDecoded: number;
  readonly width: number;
  readonly height: number;
  readonly freezes: number;
  readonly freezeMs: number;
  readonly concealedSamples: number;
  /** Of these, what was made up where nothing had been sent. */
  readonly silentConcealedSamples: number;
  readonly samples: number;
  readonly audioLevel: number;
}

/** One sent stream; a simulcast camera has several. */
export interface OutboundStats {
  readonly mid: string;
  readonly kind: "audio" | "video";
  readonly rid: string;
  readonly bytes: number;
  readonly packets: number;
  readonly codec: string;
  readonly framesEncoded: number;
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
  readonly isActive: boolean;
  readonly limitedBy: string;
  /** What the server reported, 0 to 1. */
  readonly lossFraction: number;
}

export interface TransportStats {
  /** Null until the first consent check was answered. */
  readonly rttMs: number | null;
  readonly availableOutgoingBitrate: number | null;
  readonly protocol: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly srtpCipher: string;
  readonly dtlsState: string;
}

export interface ConnectionStats {
  readonly inbound: readonly InboundStats[];
  readonly outbound: readonly OutboundStats[];
  readonly transport: TransportStats;
}

type Entry = Readonly<Record<string, unknown>>;

/** Reduces the report of webrtc-stats to what is shown, judged and tested. */
export function summarize(report: RTCStatsReport): ConnectionStats {
  const entries = new Map<string, Entry>();
  report.forEach((value: Entry, id: string) => {
    entries.set(id, value);
  });
  const all = [...entries.values()];
  const codecOf = (entry: Entry) => text(entries.get(text(entry.codecId))?.mimeType);
  const remoteOf = (entry: Entry) => entries.get(text(entry.remoteId)) ?? {};
  return {
    inbound: all
      .filter((entry) => entry.type === "inbound-rtp")
      .map((entry) => toInbound(entry, codecOf(entry))),
    outbound: all
      .filter((entry) => entry.type === "outbound-rtp")
      .map((entry) => toOutbound(entry, codecOf(entry), remoteOf(entry))),
    transport: toTransport(all, entries),
  };
}

function toInbound(entry: Entry, codec: string): InboundStats {
  return {
    mid: text(entry.mid),
    kind: entry.kind === "audio" ? "audio" : "video",
    bytes: number(entry.bytesReceived),
    packets: number(entry.packetsReceived),
    lost: number(entry.packetsLost),
    jitterMs: number(entry.jitter) * 1_000,
    codec,
    framesDecoded: number(entry.framesDecoded),
    framesDropped: number(entry.framesDropped),
    keyFramesDecoded: number(entry.keyFramesDecoded),
    width: number(entry.frameWidth),
    height: number(entry.frameHeight),
    freezes: number(entry.freezeCount),
    freezeMs: number(entry.totalFreezesDuration) * 1_000,
    concealedSamples: number(entry.concealedSamples),
    silentConcealedSamples: number(entry.silentConcealedSamples),
    samples: number(entry.totalSamplesReceived),
    audioLevel: number(entry.audioLevel),
  };
}

function toOutbound(entry: Entry, codec: string, remote: Entry): OutboundStats {
  return {
    mid: text(entry.mid),
    kind: entry.kind === "audio" ? "audio" : "video",
    rid: text(entry.rid),
    bytes: number(entry.bytesSent),
    packets: number(entry.packetsSent),
    codec,
    framesEncoded: number(entry.framesEncoded),
    width: number(entry.frameWidth),
    height: number(entry.frameHeight),
    framesPerSecond: number(entry.framesPerSecond),
    isActive: entry.active !== false,
    limitedBy: text(entry.qualityLimitationReason),
    lossFraction: number(remote.fractionLost),
  };
}

function toTransport(all: readonly Entry[], entries: ReadonlyMap<string, Entry>): TransportStats {
  const transport = all.find((entry) => entry.type === "transport") ?? {};
  const selected = entries.get(text(transport.selectedCandidatePairId));
  // Firefox names no selected pair in the transport, but marks the pair.
  const pair = selected ?? all.find((entry) => entry.type === "candidate-pair" && entry.selected) ?? {};
  const local = entries.get(text(pair.localCandidateId)) ?? {};
  const remote = entries.get(text(pair.remoteCandidateId)) ?? {};
  const rtt = pair.currentRoundTripTime;
  const outgoing = pair.availableOutgoingBitrate;
  return {
    rttMs: typeof rtt === "number" ? rtt * 1_000 : null,
    availableOutgoingBitrate: typeof outgoing === "number" ? outgoing : null,
    protocol: text(local.protocol),
    localAddress: address(local),
    remoteAddress: address(remote),
    srtpCipher: text(transport.srtpCipher),
    dtlsState: text(transport.dtlsState),
  };
}

/**
 * The mark for the own connection, from what changed between two summaries: the worse of the loss both
 * ways and the round trip. 0 while nothing is known.
 */
export function judge(before: ConnectionStats, now: ConnectionStats): Quality {
  const { rttMs } = now.transport;
  if (rttMs === null) return 0;
  const loss = Math.max(receivedLoss(before, now), sentLoss(now));
  if (loss < 0.02 && rttMs < 200) return 4;
  if (loss < 0.05 && rttMs < 400) return 3;
  if (loss < 0.12 && rttMs < 800) return 2;
  return 1;
}

function receivedLoss(before: ConnectionStats, now: ConnectionStats): number {
  const total = (stats: ConnectionStats, key: "packets" | "lost") =>
    stats.inbound.reduce((sum, entry) => sum + entry[key], 0);
  // Totals fall when the transport was replaced.
  const received = Math.max(total(now, "packets") - total(before, "packets"), 0);
  const lost = Math.max(total(now, "lost") - total(before, "lost"), 0);
  return received + lost === 0 ? 0 : lost / (received + lost);
}

function sentLoss(now: ConnectionStats): number {
  return Math.max(0, ...now.outbound.map((entry) => (entry.bytes > 0 ? entry.lossFraction : 0)));
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function address(candidate: Entry): string {
  return candidate.port === undefined ? "" : `${text(candidate.address)}:${number(candidate.port)}`;
}
