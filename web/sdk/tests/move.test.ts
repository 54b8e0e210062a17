import { describe, expect, it } from "vitest";
import { settle } from "./fake-clock.ts";
import type { FakeEnvironment } from "./fake-environment.ts";
import { joinResult } from "./fake-room.ts";
import { joinedMeeting } from "./meeting-fixture.ts";

/** Joined with a microphone that is on; the server asks to move, and the offer is out. */
async function asked() {
  const { environment, meeting } = await joinedMeeting();
  await meeting.setMicrophone(true);
  environment.socket.event("move", {});
  // The module comes by itself.
  await import("../transport-move.ts");
  await settle();
  return { environment, meeting, track: environment.devices.track("mic-1") };
}

function answer(environment: FakeEnvironment): void {
  const offer = environment.socket.last("offer");
  environment.socket.answer(offer, { answer: "answer-2", slots: joinResult().slots ?? [] });
}

describe("a server that asks for a peer connection on another worker", () => {
  it("gets one beside the old one, which goes on until the new one is connected", async () => {
    const { environment, meeting, track } = await asked();
    expect(environment.socket.last("offer").data).toMatchObject({ fresh: true, beside: true });
    answer(environment);
    await settle();
    const [old, fresh] = environment.peers;
    expect(old?.isClosed).toBe(false);
    expect(old?.transceivers[0]?.sender.track).toBe(track);
    expect(fresh?.transceivers[0]?.sender.track).toBe(track);
    const before = meeting.snapshot.audios[0]?.stream;

    fresh?.become("connected");
    await environment.clock.advance(100);
    expect(meeting.snapshot.media).toBe("connected");
    expect(meeting.snapshot.audios[0]?.stream).not.toBe(before);
    expect(old?.isClosed).toBe(false);
    await environment.clock.advance(600);
    expect(old?.isClosed).toBe(true);
    expect(environment.socket.requests("publish").filter(({ data }) => !data.on)).toHaveLength(0);
  });

  it("waits until what is carried has come on the new one, and not for ever", async () => {
    const { environment, meeting } = await asked();
    answer(environment);
    environment.socket.event("slots", { epoch: 9, audio: [17, 0, 0], screen_audio: 0, video: [] });
    await settle();
    const [old, fresh] = environment.peers;
    const before = meeting.snapshot.audios[0]?.stream;
    fresh?.become("connected");
    await environment.clock.advance(300);
    expect(meeting.snapshot.audios[0]?.stream).toBe(before);
    const receiver = fresh?.transceivers[4]?.receiver;
    if (receiver) receiver.levels = [{ source: 1, timestamp: 1, audioLevel: 0.5 }];
    await environment.clock.advance(100);
    expect(meeting.snapshot.audios[0]?.stream).not.toBe(before);
    expect(old?.isClosed).toBe(false);
  });

  it("goes over to one on which nothing comes, since whoever is silent sends nothing", async () => {
    const { environment } = await asked();
    answer(environment);
    environment.socket.event("slots", { epoch: 9, audio: [17, 0, 0], screen_audio: 0, video: [] });
    await settle();
    environment.peers[1]?.become("connected");
    await environment.clock.advance(2_500);
    expect(environment.peers[0]?.isClosed).toBe(true);
  });

  it("keeps the old one where the new one is refused", async () => {
    const { environment, meeting } = await asked();
    environment.socket.refuse(environment.socket.last("offer"), "bad_request");
    await settle();
    const [old, fresh] = environment.peers;
    expect(fresh?.isClosed).toBe(true);
    expect(old?.isClosed).toBe(false);
    expect(meeting.snapshot.media).toBe("connected");
  });

  it("keeps the old one where the new one does not connect", async () => {
    const { environment, meeting } = await asked();
    answer(environment);
    await environment.clock.advance(13_000);
    expect(environment.peers[1]?.isClosed).toBe(true);
    expect(environment.peers[0]?.isClosed).toBe(false);
    expect(meeting.snapshot.media).toBe("connected");
  });

  it("lets go of the new one when the old one is replaced meanwhile", async () => {
    const { environment } = await asked();
    answer(environment);
    environment.peers[0]?.become("failed", "connected");
    await environment.clock.advance(200);
    expect(environment.peers).toHaveLength(3);
    expect(environment.peers[1]?.isClosed).toBe(true);
    expect(environment.socket.last("offer").data).toMatchObject({ fresh: true });
    expect(environment.socket.last("offer").data.beside).toBeUndefined();
  });

  it("tells both what need be sent", async () => {
    const { environment } = await asked();
    answer(environment);
    environment.socket.event("demand", { source: "camera", encodings: 1 });
    await settle();
    for (const peer of environment.peers) {
      const encodings = peer.transceivers[1]?.sender.parameters.encodings ?? [];
      expect(encodings.map(({ active }) => active)).toEqual(encodings.map((_, i) => i === 0));
    }
  });
});
