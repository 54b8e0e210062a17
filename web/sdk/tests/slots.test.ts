import { describe, expect, it, vi } from "vitest";
import type { WireSlotMap } from "../protocol.ts";
import type { FakeReceiver } from "./fake-peer.ts";
import { joinResult, kBob, kEmptyMap, kEve, participant } from "./fake-room.ts";
import { joinedMeeting } from "./meeting-fixture.ts";

const kBobHere = participant(kBob, 33);
const kEveHere = participant(kEve, 43);

/** The receiver behind a slot number: four sources come before it. */
function receiverOf(peer: { transceivers: { receiver: FakeReceiver }[] }, slot: number): FakeReceiver {
  const receiver = peer.transceivers[slot + 4]?.receiver;
  if (!receiver) throw new Error(`no slot ${slot}`);
  return receiver;
}

function map(epoch: number, video: WireSlotMap["video"]): WireSlotMap {
  return { ...kEmptyMap, epoch, video };
}

describe("receive slots", () => {
  it("maps a source to its slot's stream", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live" }]));
    const video = meeting.snapshot.videos.get(34);
    expect(video).toMatchObject({ source: 34, participant: kBob, kind: "camera", state: "live" });
    expect(video?.stream.getTracks()).toEqual([receiverOf(environment.peer, 4).track]);
  });

  it("ignores a map that is older than the one it has", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere, kEveHere]));
    environment.socket.event("slots", map(7, [{ slot: 4, source: 34, state: "live" }]));
    const before = meeting.snapshot;
    environment.socket.event("slots", map(6, [{ slot: 4, source: 44, state: "live" }]));
    environment.socket.event("slots", map(7, []));
    expect(meeting.snapshot).toBe(before);
    expect([...meeting.snapshot.videos.keys()]).toEqual([34]);
  });

  it("takes away what the new map does not name", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live" }]));
    environment.socket.event("slots", map(3, []));
    expect(meeting.snapshot.videos.size).toBe(0);
  });

  it("asks receivers nothing before packets can come, which would hold up the connecting", async () => {
    const live = map(2, [{ slot: 4, source: 34, state: "live" }]);
    const result = joinResult({}, [kBobHere]);
    const { environment, meeting } = await joinedMeeting({ ...result, room: { ...result.room, map: live } });
    const receiver = receiverOf(environment.peer, 4);
    const asked = vi.spyOn(receiver, "getContributingSources");
    environment.peer.become("disconnected");
    environment.socket.event("slots", map(3, [{ slot: 4, source: 44, state: "live" }]));
    meeting.audioLevels();
    await environment.clock.advance(500);
    expect(asked).not.toHaveBeenCalled();
    expect(meeting.snapshot.videos.get(44)?.state).toBe("waiting");
    receiver.csrcs = [{ source: 44, timestamp: 130 }];
    environment.peer.become("connected");
    await environment.clock.advance(60);
    expect(meeting.snapshot.videos.get(44)?.state).toBe("live");
  });

  it("does not show somebody's last frame under another's name", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere, kEveHere]));
    const receiver = receiverOf(environment.peer, 4);
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live" }]));
    receiver.csrcs = [{ source: 34, timestamp: 100 }];
    await environment.clock.advance(60);
    environment.socket.event("slots", map(3, [{ slot: 4, source: 44, state: "live" }]));
    expect(meeting.snapshot.videos.get(44)?.state).toBe("waiting");
    receiver.csrcs = [
      { source: 34, timestamp: 100 },
      { source: 44, timestamp: 130 },
    ];
    await environment.clock.advance(60);
    expect(meeting.snapshot.videos.get(44)?.state).toBe("live");
  });

  it("shows a picture that is there before the map says so", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "waiting" }]));
    expect(meeting.snapshot.videos.get(34)?.state).toBe("waiting");
    receiverOf(environment.peer, 4).csrcs = [{ source: 34, timestamp: 1 }];
    await environment.clock.advance(60);
    expect(meeting.snapshot.videos.get(34)?.state).toBe("live");
  });

  it("believes the map alone where the browser tells no CSRC", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live" }]));
    expect(meeting.snapshot.videos.get(34)?.state).toBe("live");
    await environment.clock.advance(3_000);
    expect(meeting.snapshot.videos.get(34)?.state).toBe("live");
  });

  it("believes the map after two seconds even against the packets", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    receiverOf(environment.peer, 4).csrcs = [{ source: 99, timestamp: 1 }];
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live" }]));
    expect(meeting.snapshot.videos.get(34)?.state).toBe("waiting");
    await environment.clock.advance(2_100);
    expect(meeting.snapshot.videos.get(34)?.state).toBe("live");
  });

  it("passes on that a picture is smaller than wanted, and that this has ended", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    environment.socket.event("slots", map(2, [{ slot: 4, source: 34, state: "live", limited: true }]));
    expect(meeting.snapshot.videos.get(34)?.isLimited).toBe(true);
    environment.socket.event("slots", map(3, [{ slot: 4, source: 34, state: "live" }]));
    expect(meeting.snapshot.videos.get(34)?.isLimited).toBe(false);
  });

  it("passes on why there is no picture", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere, kEveHere]));
    environment.socket.event(
      "slots",
      map(2, [
        { slot: 4, source: 34, state: "paused" },
        { slot: 5, source: 44, state: "unsupported" },
      ]),
    );
    expect([...meeting.snapshot.videos.values()].map(({ state }) => state)).toEqual([
      "paused",
      "unsupported",
    ]);
  });

  it("knows a screen from a camera, also when its owner is announced after the map", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.event("slots", map(2, [{ slot: 4, source: 35, state: "live" }]));
    expect(meeting.snapshot.videos.get(35)?.participant).toBeNull();
    environment.socket.event("participant_joined", { participant: kBobHere }, 41);
    expect(meeting.snapshot.videos.get(35)).toMatchObject({ participant: kBob, kind: "screen" });
  });

  it("names the speakers of the audio slots and keeps the streams", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere]));
    const streams = meeting.snapshot.audios.map(({ stream }) => stream);
    environment.socket.event("slots", { ...kEmptyMap, epoch: 2, audio: [33, 0, 0], screen_audio: 36 });
    expect(meeting.snapshot.audios.map(({ kind, source }) => [kind, source])).toEqual([
      ["microphone", 33],
      ["microphone", 0],
      ["microphone", 0],
      ["screen_audio", 36],
    ]);
    expect(meeting.snapshot.audios.map(({ stream }) => stream)).toEqual(streams);
  });

  it("tells how loud each source is by what the packets name", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [kBobHere, kEveHere]));
    environment.socket.event("slots", { ...kEmptyMap, epoch: 2, audio: [33, 0, 0] });
    const now = performance.now();
    const loud = receiverOf(environment.peer, 0);
    loud.levels = [{ source: 1, timestamp: now, audioLevel: 1 }];
    loud.csrcs = [{ source: 43, timestamp: now }];
    const old = receiverOf(environment.peer, 1);
    old.levels = [{ source: 2, timestamp: now - 5_000, audioLevel: 1 }];
    expect([...meeting.audioLevels()]).toEqual([[43, 1]]);
    environment.peer.become("connecting");
    expect([...meeting.audioLevels()]).toEqual([]);
  });
});
