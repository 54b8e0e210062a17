import type { JoinResult, SourcesByMid, WireParticipant, WireSlot, WireSlotMap } from "../protocol.ts";
import type { FakeSocket } from "./fake-socket.ts";

export const kMe = "pmeaaaaaaaaaaa";
export const kBob = "pbobaaaaaaaaaa";
export const kEve = "pevaaaaaaaaaaa";

export const kEmptyMap: WireSlotMap = { epoch: 1, audio: [0, 0, 0], screen_audio: 0, video: [] };

export function participant(
  id: string,
  firstSource: number,
  change: Partial<WireParticipant> = {},
): WireParticipant {
  return {
    id,
    name: `Name of ${id}`,
    role: "panelist",
    kind: "browser",
    joined_at: 1_763_885_000_123,
    connected: true,
    quality: 0,
    sources: {
      microphone: { id: firstSource, state: "live" },
      camera: { id: firstSource + 1, state: "live" },
      screen: { id: firstSource + 2, state: "off" },
    },
    ...change,
  };
}

/** The slots of an offer with four sources on mids 0 to 3: audio on 4 to 7, video from 8. */
export function slots(videoSlots: number): WireSlot[] {
  const slot = (kind: "audio" | "video") => (_: unknown, i: number) => {
    const first = kind === "audio" ? 0 : 4;
    return { slot: first + i, mid: String(first + 4 + i), kind };
  };
  return [...Array.from({ length: 4 }, slot("audio")), ...Array.from({ length: videoSlots }, slot("video"))];
}

export const kSourcesByMid: SourcesByMid = { 0: "microphone", 1: "camera", 2: "screen", 3: "screen_audio" };

export function joinResult(change: Partial<JoinResult> = {}, others: WireParticipant[] = []): JoinResult {
  return {
    participant: kMe,
    resume: "resume-1",
    role: "panelist",
    answer: "answer-1",
    sources: { microphone: 17, camera: 18, screen: 19, screen_audio: 20 },
    slots: slots(25),
    room: {
      version: 40,
      name: "swift-otter-42",
      title: "Weekly",
      audience: 0,
      participants: [
        participant(kMe, 17, {
          sources: { microphone: { id: 17, state: "off" }, camera: { id: 18, state: "off" } },
        }),
        ...others,
      ],
      chat: [],
      map: kEmptyMap,
      dominant: null,
    },
    ...change,
  };
}

/** Answers everything but joining by itself, as a server does that has nothing to object. */
export function answerTheRest(socket: FakeSocket): void {
  socket.handler = (request) => {
    if (["join", "resume", "offer"].includes(request.type)) return;
    const data =
      request.type === "chat" ? { message: "m9" } : request.type === "rename" ? { resume: "r" } : {};
    queueMicrotask(() => socket.answer(request, data));
  };
}
