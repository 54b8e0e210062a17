// Where the time goes between the press on Join and the first picture: stands in the page before its own
// scripts and notes when what happened.

import type { Page } from "playwright-core";

/** Milliseconds after the press; null for what did not happen. */
export type JoinPhases = Readonly<Record<(typeof kPhases)[number], number | null>>;

export const kPhases = [
  "asked",
  "answered",
  "room drawn",
  "description set",
  "ICE connected",
  "DTLS connected",
  "map says live",
  "packet came",
  "video placed",
  "first frame",
] as const;

interface Notes {
  began: number;
  times: Record<string, number>;
}
type NotingWindow = Window & { __phases?: Notes };

/** For `context.addInitScript`. */
export function notePhases(): void {
  // The page's, also in the frame in which its peer connections live.
  const page = (top ?? window) as NotingWindow;
  page.__phases ??= { began: 0, times: {} };
  const notes = page.__phases;
  const note = (phase: string) => {
    if (notes.began > 0) notes.times[phase] ??= page.performance.now() - notes.began;
  };
  addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest("[data-testid=join]")) {
        notes.began = performance.now();
        notes.times = {};
      }
    },
    true,
  );
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (data) {
    if (typeof data === "string" && data.includes('"type":"join"')) {
      note("asked");
      this.addEventListener("message", ({ data }) => {
        if (String(data).includes('"answer"')) note("answered");
        if (/"video":\[[^\]]*"state":"live"/.test(String(data))) note("map says live");
      });
    }
    send.call(this, data);
  };
  const { setRemoteDescription } = RTCPeerConnection.prototype as {
    setRemoteDescription(this: RTCPeerConnection, description: RTCSessionDescriptionInit): Promise<void>;
  };
  RTCPeerConnection.prototype.setRemoteDescription = async function (
    this: RTCPeerConnection,
    description: RTCSessionDescriptionInit,
  ) {
    this.addEventListener("iceconnectionstatechange", () => {
      if (this.iceConnectionState === "connected") note("ICE connected");
    });
    this.addEventListener("connectionstatechange", () => {
      if (this.connectionState === "connected") note("DTLS connected");
    });
    for (const { track } of this.getReceivers()) {
      if (track.kind === "video") track.addEventListener("unmute", () => note("packet came"), { once: true });
    }
    await setRemoteDescription.call(this, description);
    note("description set");
  } as RTCPeerConnection["setRemoteDescription"];
  new MutationObserver(() => {
    if (document.querySelector("[data-testid=leave]")) note("room drawn");
    const video = document.querySelector<HTMLVideoElement>("[data-testid=tile][data-self=false] video");
    if (!video || video.dataset.noted) return;
    video.dataset.noted = "yes";
    note("video placed");
    video.requestVideoFrameCallback(() => note("first frame"));
  }).observe(document, { childList: true, subtree: true });
}

export async function phasesOf(page: Page): Promise<JoinPhases> {
  const times = await page.evaluate(() => (window as NotingWindow).__phases?.times ?? {});
  return Object.fromEntries(kPhases.map((phase) => [phase, times[phase] ?? null])) as JoinPhases;
}
