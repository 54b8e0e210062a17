import { describe, expect, it, vi } from "vitest";
import { settle } from "./fake-clock.ts";
import { joinResult, kBob, kEve, kMe, participant } from "./fake-room.ts";
import { joinedMeeting, makeMeeting, resumeOn } from "./meeting-fixture.ts";

describe("the room", () => {
  it("follows who comes, changes and goes, and tells each once", async () => {
    const { environment, meeting } = await joinedMeeting();
    const joined = vi.fn();
    const left = vi.fn();
    meeting.on("participantJoined", joined);
    meeting.on("participantLeft", left);
    const { socket } = environment;
    socket.event("participant_joined", { participant: participant(kBob, 33) }, 41);
    socket.event("participant_changed", { participant: participant(kBob, 33, { name: "Robert" }) }, 42);
    expect(meeting.snapshot.participants.map(({ name }) => name)).toEqual([`Name of ${kMe}`, "Robert"]);
    socket.event("speakers", { dominant: kBob, active: [kBob] });
    expect(meeting.snapshot.dominant).toBe(kBob);
    socket.event("participant_left", { participant: kBob, reason: "left" }, 43);
    expect(meeting.snapshot.participants.map(({ id }) => id)).toEqual([kMe]);
    expect(meeting.snapshot.dominant).toBeNull();
    expect(meeting.snapshot.active).toEqual([]);
    expect(joined).toHaveBeenCalledOnce();
    expect(left).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ participant: expect.objectContaining({ name: "Robert" }), reason: "left" }),
    );
  });

  it("counts an audience that is not listed, and lists it once one is on stage", async () => {
    const self = participant(kMe, 17, { role: "attendee", sources: {} });
    const joined = joinResult({ role: "attendee" });
    const room = { ...joined.room, participants: [self], audience: 3 };
    const { environment, meeting } = await joinedMeeting({ ...joined, room });
    const { socket } = environment;
    expect(meeting.snapshot.unlisted).toBe(2);
    socket.event("audience", { count: 5 });
    expect(meeting.snapshot.unlisted).toBe(4);
    const left = vi.fn();
    meeting.on("participantLeft", left);
    const promoted = participant(kMe, 17);
    socket.event("participants", { participants: [promoted, participant(kBob, 33)] }, 41);
    expect(meeting.snapshot.participants.map(({ id }) => id)).toEqual([kMe, kBob]);
    expect(meeting.snapshot.unlisted).toBe(0);
    expect(left).not.toHaveBeenCalled();
  });

  it("ignores events that the snapshot already had", async () => {
    const { environment, meeting } = await joinedMeeting();
    const before = meeting.snapshot;
    environment.socket.event("participant_joined", { participant: participant(kBob, 33) }, 40);
    expect(meeting.snapshot).toBe(before);
  });

  it("leaves earlier snapshots as they were, and unchanged parts the same objects", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [participant(kBob, 33)]));
    const before = meeting.snapshot;
    environment.socket.event("quality", { participants: { [kBob]: 3, [kEve]: 1 } });
    expect(before.participants.find(({ id }) => id === kBob)?.quality).toBe(0);
    expect(meeting.snapshot.participants.find(({ id }) => id === kBob)?.quality).toBe(3);
    expect(meeting.snapshot.participants[0]).toBe(before.participants[0]);
    expect(meeting.snapshot.chat).toBe(before.chat);
    expect(meeting.snapshot.audios).toBe(before.audios);
  });

  it("writes to the hosts or to one, and shows whom a message went to", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.sendChat("hi", "hosts");
    expect(environment.socket.last("chat").data).toEqual({ text: "hi", to: "hosts" });
    const message = { id: "m1", participant: kBob, name: "Bob", to: kMe, text: "hello", at: 1 };
    environment.socket.event("chat", { message });
    expect(meeting.snapshot.chat).toMatchObject([{ id: "m1", to: kMe }]);
  });

  it("forgets what a host deleted, at once or while the session was away", async () => {
    const { environment, meeting } = await joinedMeeting();
    const messages = [1, 2, 3].map((n) => ({
      id: `m${n}`,
      participant: kBob,
      name: "Bob",
      text: "hello",
      at: n,
    }));
    messages.forEach((message, n) => {
      environment.socket.event("chat", { message }, 41 + n);
    });
    environment.socket.event("chat.deleted", { message: "m2", by: kBob }, 44);
    expect(meeting.snapshot.chat.map(({ id }) => id)).toEqual(["m1", "m3"]);
    environment.socket.lose();
    await settle();
    const { room } = joinResult();
    const chat = messages.slice(1, 2);
    await resumeOn(environment, joinResult({ transport: "kept", room: { ...room, version: 45, chat } }));
    expect(meeting.snapshot.chat.map(({ id }) => id)).toEqual(["m1", "m2"]);
  });

  it("closes the devices of whoever is taken from the stage", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.setMicrophone(true);
    expect(meeting.media.snapshot.microphone.on).toBe(true);
    const taken = participant(kMe, 17, { role: "attendee", sources: {} });
    environment.socket.event("participant_changed", { participant: taken }, 41);
    await settle();
    expect(meeting.media.snapshot.microphone.on).toBe(false);
    const back = participant(kMe, 17, {
      sources: { microphone: { id: 17, state: "off" }, camera: { id: 18, state: "off" } },
    });
    environment.socket.event("participant_changed", { participant: back }, 42);
    await meeting.setMicrophone(true);
    await settle();
    expect(environment.socket.last("publish").data).toEqual({ source: "microphone", on: true });
  });

  it("keeps chat in order and each message once", async () => {
    const { environment, meeting } = await joinedMeeting();
    const heard = vi.fn();
    meeting.on("chat", heard);
    const message = { id: "m1", participant: kBob, name: "Bob", text: "hello", at: 1 };
    environment.socket.event("chat", { message }, 41);
    environment.socket.event("chat", { message }, 42);
    await meeting.sendChat("hi");
    expect(environment.socket.last("chat").data).toEqual({ text: "hi" });
    expect(meeting.snapshot.chat).toEqual([{ ...message, to: null }]);
    expect(heard).toHaveBeenCalledOnce();
  });

  it("sends only the encodings that somebody is shown", async () => {
    const { environment } = await joinedMeeting(joinResult({}, [participant(kBob, 33)]));
    const sender = environment.peer.transceivers[1]?.sender;
    const active = () => sender?.parameters.encodings.map((encoding) => encoding.active);
    expect(active()).toEqual([true, true, true]);
    environment.socket.event("demand", { source: "camera", encodings: 1 });
    environment.socket.event("demand", { source: "camera", encodings: 2 });
    await settle();
    expect(active()).toEqual([true, true, false]);
    if (sender) sender.refusesParameters = true;
    environment.socket.event("demand", { source: "camera", encodings: 0 });
    await settle();
    if (sender) sender.refusesParameters = false;
    environment.socket.event("demand", { source: "camera", encodings: 3 });
    await settle();
    expect(active()).toEqual([true, true, true]);
  });

  it("sends fewer frames and nothing large while data is saved, on each transport that comes", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [participant(kBob, 33)]));
    const sent = (source: number) =>
      environment.peer.transceivers[source]?.sender.parameters.encodings.map(
        ({ active, maxFramerate }) => active && (maxFramerate ?? "all"),
      );
    const screen = sent(2);
    meeting.setSaving(true);
    await settle();
    expect(sent(1)).toEqual([10, 10, false]);
    expect(sent(2)).toEqual(screen);
    environment.socket.event("demand", { source: "camera", encodings: 1 });
    await settle();
    expect(sent(1)).toEqual([10, false, false]);
    environment.socket.event("demand", { source: "camera", encodings: 3 });
    meeting.setSaving(false);
    await settle();
    expect(sent(1)).toEqual(["all", "all", "all"]);
    const early = makeMeeting();
    early.meeting.setSaving(true);
    early.meeting.prepare();
    await settle();
    const encodings = early.environment.peer.transceivers[1]?.sender.parameters.encodings;
    expect(encodings?.map(({ maxFramerate }) => maxFramerate)).toEqual([10, 10, 10]);
  });

  it("turns the microphone off when a host muted it, and says who did", async () => {
    const { environment, meeting } = await joinedMeeting(joinResult({}, [participant(kBob, 33)]));
    await meeting.setMicrophone(true);
    await settle();
    const muted = vi.fn();
    meeting.on("mutedByHost", muted);
    environment.socket.event("muted", { source: "microphone", by: kBob });
    await settle();
    expect(meeting.media.snapshot.microphone.on).toBe(false);
    expect(environment.peer.transceivers[0]?.sender.track).toBeNull();
    expect(muted).toHaveBeenCalledWith({ source: "microphone", by: expect.objectContaining({ id: kBob }) });
    // It is off at the server already: telling it again would be noise.
    expect(environment.socket.requests("publish")).toHaveLength(1);
    await meeting.setMicrophone(true);
    await settle();
    expect(environment.socket.last("publish").data).toEqual({ source: "microphone", on: true });
  });

  it("turns a source off again that the server refuses", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.handler = (request) => {
      if (request.type === "publish") queueMicrotask(() => environment.socket.refuse(request, "forbidden"));
    };
    await meeting.setCamera(true);
    await settle();
    expect(meeting.media.snapshot.camera.on).toBe(false);
    expect(environment.devices.track("cam-1").readyState).toBe("ended");
  });

  it("shares a screen with its sound, and stops when the browser's own button is pressed", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.startScreenShare();
    await settle();
    const published = environment.socket.requests("publish").map(({ data }) => data);
    expect(published).toEqual([
      { source: "screen", on: true },
      { source: "screen_audio", on: true },
    ]);
    const [, , screen, audio] = environment.peer.transceivers;
    expect(screen?.sender.track).toMatchObject({ kind: "video", contentHint: "detail" });
    expect(audio?.sender.track).toMatchObject({ kind: "audio" });
    environment.devices.tracks
      .find((track) => track.deviceId === "screen" && track.kind === "video")
      ?.unplug();
    await settle();
    expect(meeting.media.snapshot.screen.on).toBe(false);
    expect(environment.socket.last("publish").data).toEqual({ source: "screen_audio", on: false });
    expect(screen?.sender.track).toBeNull();
  });

  it.each([
    [4001, "replaced"],
    [4002, "removed"],
    [4003, "ended"],
    [4004, "left"],
  ])("does not come back after close code %i, and says %s", async (code, reason) => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.setCamera(true);
    environment.socket.lose(code);
    await environment.clock.advance(60_000);
    expect(meeting.snapshot.state).toMatchObject({ name: "left", reason });
    expect(environment.sockets).toHaveLength(1);
    expect(environment.peer.isClosed).toBe(true);
    expect(environment.devices.track("cam-1").readyState).toBe("ended");
    expect(environment.sessionStorage.values.size).toBe(0);
  });

  it("leaves with a word to the server, and can join again", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.leave();
    expect(environment.socket.requests("leave")).toHaveLength(1);
    expect(environment.socket.wasClosedByClient).toBe(true);
    expect(meeting.snapshot.state).toMatchObject({ name: "left", reason: "left" });
    meeting.prepare();
    expect(environment.sockets).toHaveLength(2);
    expect(environment.peers).toHaveLength(2);
  });

  it("moderates by request", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.muteParticipant(kBob, "microphone");
    await meeting.removeParticipant(kBob);
    expect(environment.socket.last("mute").data).toEqual({ participant: kBob, source: "microphone" });
    expect(environment.socket.last("remove").data).toEqual({ participant: kBob });
    await meeting.end();
    expect(meeting.snapshot.state).toMatchObject({ name: "left", reason: "ended" });
  });

  it("ends it without a complaint, although the session is over before the answer", async () => {
    const { environment, meeting } = await joinedMeeting();
    const { socket } = environment;
    socket.handler = () => {
      socket.event("ended", { by: kMe });
      socket.lose(4003);
    };
    await meeting.end();
    expect(meeting.snapshot.state).toMatchObject({ name: "left", reason: "ended", by: kMe });
  });
});
