import type { Environment } from "./environment.ts";

export type VideoCodec = "VP8" | "VP9" | "H264" | "AV1";

/** `auto` for whatever is no codec's name. */
export function toVideoCodec(name: string | null): VideoCodec | "auto" {
  return kReceiveOrder.find((codec) => codec === name) ?? "auto";
}

const kReceiveOrder: readonly VideoCodec[] = ["VP8", "VP9", "H264", "AV1"];

// One profile of each codec, the one that every browser has. A browser's whole list makes an offer with
// 25 slots larger than a message may be.
function isCommonProfile(codec: RTCRtpCodec, name: VideoCodec): boolean {
  if (codec.mimeType.toLowerCase() !== `video/${name.toLowerCase()}`) return false;
  const parameters = codec.sdpFmtpLine ?? "";
  switch (name) {
    case "VP8":
      return true;
    case "VP9":
      return !/profile-id=[1-9]/.test(parameters);
    case "H264":
      return /packetization-mode=1/.test(parameters) && /profile-level-id=42[ec]0/i.test(parameters);
    case "AV1":
      return !/profile=[1-9]/.test(parameters);
  }
}

function pick(available: readonly RTCRtpCodec[], names: readonly VideoCodec[]): RTCRtpCodec[] {
  const chosen = names.flatMap((name) => available.find((codec) => isCommonProfile(codec, name)) ?? []);
  if (chosen.length === 0) return [];
  return [
    ...chosen,
    ...available.filter((codec) => codec.mimeType.toLowerCase() === "video/rtx").slice(0, 1),
  ];
}

export function receivedVideoCodecs(environment: Environment): RTCRtpCodec[] {
  return pick(environment.codecs("video", "receive"), kReceiveOrder);
}

/**
 * The first one is what is sent when the server agrees. VP8 costs every receiver least and can be
 * simulcast everywhere; H.264 stands in where a browser has no VP8.
 */
export function sentVideoCodecs(environment: Environment, wanted: VideoCodec | "auto"): RTCRtpCodec[] {
  const available = environment.codecs("video", "send");
  const names: VideoCodec[] = wanted === "auto" ? ["VP8", "H264"] : [wanted];
  const chosen = pick(available, names);
  return chosen.length > 0 ? chosen : pick(available, kReceiveOrder);
}

/** RED (RFC 2198) before Opus: browsers send redundancy only where it is listed first. */
export function audioCodecs(environment: Environment, direction: "send" | "receive"): RTCRtpCodec[] {
  const available = environment.codecs("audio", direction);
  const named = (name: string) =>
    available.filter((codec) => codec.mimeType.toLowerCase() === `audio/${name}`);
  return [...named("red"), ...named("opus")];
}

/**
 * Lowest first, as PROTOCOL.md wants them; sizes in exact halves of the camera's, for one of 960×540 and more. For a
 * smaller one see tunedEncodings.
 */
export function cameraEncodings(
  codec: VideoCodec | "auto",
  isSmallDevice: boolean,
): RTCRtpEncodingParameters[] {
  if (codec === "VP9" || codec === "AV1") {
    return [{ scalabilityMode: "L3T3_KEY", maxBitrate: 1_500_000 } as RTCRtpEncodingParameters];
  }
  // Three temporal layers each: small tiles and weak links leave some out.
  const scalabilityMode = "L1T3";
  const layers = [
    { rid: "q", scaleResolutionDownBy: 4, maxBitrate: 150_000 },
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 500_000 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: isSmallDevice ? 1_200_000 : 1_700_000 },
  ];
  return layers.map((layer) => ({ ...layer, scalabilityMode }) as RTCRtpEncodingParameters);
}

const kSavingFrames = 10;
/** Pixels of a picture of which browsers make two and three encodings; of a smaller one they leave out the largest. */
const kTwoEncodings = 480 * 270;
const kThreeEncodings = 960 * 540;

export interface Tuning {
  /** So many encodings, lowest first, are shown to anybody. */
  readonly shown: number;
  /** Few frames, and of several encodings not the largest. */
  readonly isSaving: boolean;
  /** Of what is captured; null: not known, and taken for large. */
  readonly pixels: number | null;
}

function encodingsOf(pixels: number | null): number {
  if (pixels === null || pixels >= kThreeEncodings) return 3;
  return pixels >= kTwoEncodings ? 2 : 1;
}

/** The largest that is made has the size of what is captured, however small that is. */
export function tunedEncodings(
  encodings: readonly RTCRtpEncodingParameters[],
  { shown, isSaving, pixels }: Tuning,
): RTCRtpEncodingParameters[] {
  const made = Math.min(encodings.length, encodingsOf(pixels));
  const most = isSaving ? Math.max(1, made - 1) : made;
  return encodings.map(({ maxFramerate, ...encoding }, i) => ({
    ...encoding,
    ...(encodings.length > 1 && { scaleResolutionDownBy: 2 ** Math.max(0, made - 1 - i) }),
    active: i < Math.min(shown, most),
    ...(isSaving ? { maxFramerate: kSavingFrames } : maxFramerate !== kSavingFrames && { maxFramerate }),
  }));
}

/**
 * Lowest first: one for weak links, whose pictures come through where those of the whole screen, of a
 * hundred packets each, never would. Without temporal layers: a new slide would be sent once in each.
 */
export function screenEncodings(): RTCRtpEncodingParameters[] {
  const layers = [
    { rid: "h", scaleResolutionDownBy: 2, maxBitrate: 150_000, maxFramerate: 5 },
    { rid: "f", scaleResolutionDownBy: 1, maxBitrate: 2_500_000, maxFramerate: 15 },
  ];
  return layers.map((layer) => ({ ...layer, scalabilityMode: "L1T1" }) as RTCRtpEncodingParameters);
}
