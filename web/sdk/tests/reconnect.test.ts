import { describe, expect, it, vi } from "vitest";
import { settle } from "./fake-clock.ts";
import { FakeEnvironment } from "./fake-environment.ts";
import { answerTheRest, joinResult, kEmptyMap, kMe, participant } from "./fake-room.ts";
import { joinedMeeting, kInvitation, makeMeeting, resumeOn } from "./meeting-fixture.ts";

const kKept = () => joinResult({ transport: "kept", resume: "resume-2", answer: undefined as never });

describe("a lost WebSocket", () => {
  it("resumes at once as the same participant, over the transport that still stands", async () => {
    const { environment, meeting } = await joinedMeeting();
    const back = vi.fn();
    meeting.on("reconnected", back);
    environment.socket.lose();
    await settle();
    expect(meeting.snapshot.state).toMatchObject({ name: "reconnecting", attempt: 0 });
    expect(meeting.snapshot.media).toBe("connected");
    expect(environment.sockets).toHaveLength(2);
    await resumeOn(environment, kKept());
    expect(environment.socket.last("resume").data).toEqual({ resume: "resume-1", publish: [] });
    expect(meeting.snapshot.state.name).toBe("joined");
    expect(environment.peers).toHaveLength(1);
    expect(environment.socket.requests("offer")).toHaveLength(0);
    expect(back).toHaveBeenCalledOnce();
  });

  it("tries at once, then after growing pauses of at most five seconds", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.chance = 1;
    environment.socket.lose();
    const openedAt: number[] = [];
    const start = environment.clock.now();
    for (let i = 0; i < 8; ++i) {
      const sockets = environment.sockets.length;
      for (let step = 0; i > 0 && step < 600 && environment.sockets.length === sockets; ++step) {
        await environment.clock.advance(10);
      }
      await settle();
      openedAt.push(environment.clock.now() - start);
      environment.socket.lose();
      await settle();
    }
    const pauses = openedAt.map((at, i) => at - (openedAt[i - 1] ?? 0));
    expect(pauses).toEqual([0, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
    expect(meeting.snapshot.state).toMatchObject({ name: "reconnecting", attempt: 8, since: start });
  });

  it("cuts a pause short when the network or the page is back", async () => {
    const { environment } = await joinedMeeting();
    environment.socket.lose();
    for (let i = 0; i < 6; ++i) {
      await settle();
      environment.socket.lose();
      await environment.clock.advance(i < 5 ? 5_000 : 0);
    }
    const before = environment.sockets.length;
    environment.window.dispatchEvent(new Event("online"));
    await settle();
    expect(environment.sockets).toHaveLength(before + 1);
    environment.socket.lose();
    await settle();
    environment.document.dispatchEvent(new Event("visibilitychange"));
    await settle();
    expect(environment.sockets).toHaveLength(before + 2);
  });

  it("finds out about a connection that is dead without a word", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.handler = null;
    await environment.clock.advance(15_000);
    expect(environment.socket.requests("ping")).toHaveLength(1);
    await environment.clock.advance(5_000);
    expect(meeting.snapshot.state.name).toBe("reconnecting");
    expect(environment.sockets).toHaveLength(2);
  });

  it("waits as long as a server that closes asks it to", async () => {
    const { environment } = await joinedMeeting();
    environment.socket.event("closing", { retry_after_ms: 3_000 });
    environment.socket.lose(1001);
    await environment.clock.advance(2_900);
    expect(environment.sockets).toHaveLength(1);
    await environment.clock.advance(200);
    expect(environment.sockets).toHaveLength(2);
  });

  it("makes a fresh transport after a restart of the server", async () => {
    const { environment, meeting } = await joinedMeeting();
    await meeting.setMicrophone(true);
    const track = environment.devices.track("mic-1");
    environment.socket.lose(1001);
    await settle();
    await resumeOn(environment, joinResult({ transport: "none", answer: undefined as never }));
    expect(environment.peers).toHaveLength(2);
    expect(environment.peers[0]?.isClosed).toBe(true);
    expect(environment.peer.transceivers[0]?.sender.track).toBe(track);
    expect(environment.socket.last("resume").data.publish).toEqual(["microphone"]);
    // The server has no source to turn on before it has the transport.
    expect(environment.socket.requests("publish")).toHaveLength(0);
    const offer = environment.socket.last("offer");
    expect(offer.data).toMatchObject({ fresh: true });
    environment.socket.answer(offer, { answer: "answer-2", slots: joinResult().slots ?? [] });
    await settle();
    expect(environment.peer.answers).toEqual(["answer-2"]);
    expect(environment.socket.last("publish").data).toEqual({ source: "microphone", on: true });
    expect(meeting.media.snapshot.microphone.on).toBe(true);
    environment.peer.become("connected");
    expect(meeting.snapshot.media).toBe("connected");
    expect(meeting.snapshot.audios).toHaveLength(4);
  });

  it("joins again when the session is gone", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.lose();
    await settle();
    answerTheRest(environment.socket);
    environment.socket.open();
    await settle();
    environment.socket.refuse(environment.socket.last("resume"), "resume_expired");
    await settle();
    expect(environment.socket.last("join").data).toMatchObject(kInvitation);
    environment.socket.answer(
      environment.socket.last("join"),
      joinResult({ participant: kMe, answer: "answer-3" }),
    );
    await settle();
    expect(meeting.snapshot.state.name).toBe("joined");
    expect(environment.peer.answers).toEqual(["answer-3"]);
  });

  it("gives up when the room is gone too", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.lose();
    await settle();
    environment.socket.open();
    await settle();
    environment.socket.refuse(environment.socket.last("resume"), "resume_expired");
    await settle();
    environment.socket.refuse(environment.socket.last("join"), "room_not_found");
    await settle();
    expect(meeting.snapshot.state).toMatchObject({ name: "failed", code: "room_not_found" });
    await environment.clock.advance(60_000);
    expect(environment.sockets).toHaveLength(2);
  });

  it("tells the server anew what is on and what is shown", async () => {
    const { environment, meeting } = await joinedMeeting();
    meeting.setView([{ source: 34, height: 720 }], []);
    environment.socket.lose();
    await settle();
    await meeting.setCamera(true);
    await resumeOn(environment, kKept());
    await environment.clock.advance(200);
    expect(environment.socket.last("resume").data.publish).toEqual(["camera"]);
    // This server answers that it is still off: it is told again.
    expect(environment.socket.last("publish").data).toEqual({ source: "camera", on: true });
    expect(environment.socket.last("view").data.show).toEqual([{ source: 34, height: 720 }]);
  });

  it("uses the newest resume token, also after a rename", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.socket.handler = (request) => environment.socket.answer(request, { resume: "renamed" });
    await meeting.rename("Grace");
    expect(environment.sessionStorage.getItem("parley.session")).toContain("renamed");
    environment.socket.lose();
    await settle();
    environment.socket.open();
    await settle();
    expect(environment.socket.last("resume").data.resume).toBe("renamed");
  });
});

describe("a reload", () => {
  it("comes back as the same participant, with the devices that were on", async () => {
    const first = await joinedMeeting();
    const environment = new FakeEnvironment();
    for (const [key, value] of first.environment.sessionStorage.values)
      environment.sessionStorage.setItem(key, value);
    const { meeting } = makeMeeting({}, environment);
    const resuming = meeting.resume("swift-otter-42");
    await settle();
    const result = joinResult({ transport: "new", answer: "answer-9" });
    result.room.participants[0] = participant(kMe, 17);
    await resumeOn(environment, result);
    expect(await resuming).toBe(true);
    expect(environment.socket.last("resume").data.offer).toContain("offer 1");
    expect(environment.peer.answers).toEqual(["answer-9"]);
    expect(meeting.snapshot.state.name).toBe("joined");
    await settle();
    expect(meeting.media.snapshot.microphone.on).toBe(true);
    expect(meeting.media.snapshot.camera.on).toBe(true);
    expect(environment.socket.requests("publish").map(({ data }) => data)).not.toContainEqual(
      expect.objectContaining({ on: false }),
    );
  });

  it("asks for the name again when the session has expired", async () => {
    const environment = new FakeEnvironment();
    environment.sessionStorage.setItem("parley.session", JSON.stringify({ room: "r", resume: "old" }));
    const { meeting } = makeMeeting({}, environment);
    const resuming = meeting.resume("r");
    await settle();
    environment.socket.open();
    await settle();
    environment.socket.refuse(environment.socket.last("resume"), "resume_expired");
    expect(await resuming).toBe(false);
    expect(meeting.snapshot.state.name).toBe("idle");
    expect(environment.sessionStorage.values.size).toBe(0);
  });

  it("knows nothing of another room, nor of what is no session", async () => {
    const environment = new FakeEnvironment();
    environment.sessionStorage.setItem("parley.session", JSON.stringify({ room: "r", resume: "old" }));
    expect(await makeMeeting({}, environment).meeting.resume("other")).toBe(false);
    environment.sessionStorage.setItem("parley.session", "no json");
    expect(await makeMeeting({}, environment).meeting.resume("r")).toBe(false);
    expect(environment.sockets).toHaveLength(0);
  });
});

describe("media that is interrupted", () => {
  it("restarts ICE by itself after a short grace", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.peer.become("disconnected");
    expect(meeting.snapshot.media).toBe("interrupted");
    await environment.clock.advance(1_600);
    expect(environment.peer.offers.at(-1)).toEqual({ iceRestart: true });
    expect(environment.socket.last("offer").data).toMatchObject({ fresh: false });
    environment.socket.answer(environment.socket.last("offer"), {
      answer: "restarted",
      slots: joinResult().slots ?? [],
    });
    await settle();
    expect(environment.peer.answers.at(-1)).toBe("restarted");
    environment.peer.become("connected");
    expect(meeting.snapshot.media).toBe("connected");
    await environment.clock.advance(20_000);
    expect(environment.socket.requests("offer")).toHaveLength(1);
  });

  it("does nothing about an interruption that mends itself", async () => {
    const { environment } = await joinedMeeting();
    environment.peer.become("disconnected");
    await environment.clock.advance(1_000);
    environment.peer.become("connected");
    await environment.clock.advance(20_000);
    expect(environment.socket.requests("offer")).toHaveLength(0);
  });

  it("replaces the socket and restarts ICE, once, at once when the network is back", async () => {
    const { environment } = await joinedMeeting();
    const old = environment.socket;
    old.handler = null;
    environment.network.dispatchEvent(new Event("change"));
    environment.window.dispatchEvent(new Event("online"));
    environment.network.dispatchEvent(new Event("change"));
    await settle();
    expect(old.wasClosedByClient).toBe(true);
    expect(environment.sockets).toHaveLength(2);
    expect(environment.peer.offers.slice(1)).toEqual([{ iceRestart: true }]);
    await resumeOn(environment, kKept());
    expect(environment.socket.requests("offer")).toHaveLength(1);
  });

  it("leaves a socket alone over which nobody has joined yet", async () => {
    const { environment, meeting } = makeMeeting();
    meeting.prepare();
    environment.socket.open();
    environment.window.dispatchEvent(new Event("online"));
    await settle();
    expect(environment.socket.wasClosedByClient).toBe(false);
    expect(environment.peer.offers).toHaveLength(1);
  });

  it("does the same when the network may have changed and the server is not heard", async () => {
    const { environment } = await joinedMeeting();
    const deaf = environment.socket;
    deaf.handler = null;
    for (let i = 0; i < 4; ++i) environment.network.dispatchEvent(new Event("change"));
    await environment.clock.advance(250);
    expect(deaf.wasClosedByClient).toBe(true);
    expect(environment.sockets).toHaveLength(2);
    expect(environment.peer.offers.slice(1)).toEqual([{ iceRestart: true }]);
    await resumeOn(environment, kKept());
    expect(environment.socket.requests("offer")).toHaveLength(1);
  });

  it("leaves all as it is when the network is only faster or slower", async () => {
    const { environment, meeting } = await joinedMeeting();
    environment.network.dispatchEvent(new Event("change"));
    await environment.clock.advance(5_000);
    expect(environment.socket.requests("ping")).toHaveLength(1);
    expect(environment.sockets).toHaveLength(1);
    expect(environment.peer.offers).toHaveLength(1);
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("makes a fresh transport when a restart did not help", async () => {
    const { environment } = await joinedMeeting();
    environment.peer.become("failed");
    await environment.clock.advance(0);
    expect(environment.socket.last("offer").data.fresh).toBe(false);
    await environment.clock.advance(5_100);
    expect(environment.peers).toHaveLength(2);
    expect(environment.socket.last("offer").data.fresh).toBe(true);
  });

  it("does not restart ICE over a DTLS session that failed", async () => {
    const { environment } = await joinedMeeting();
    environment.peer.become("failed", "connected");
    await environment.clock.advance(0);
    await settle();
    expect(environment.socket.last("offer").data.fresh).toBe(true);
  });

  it("says that media is blocked when it never connects, and goes on trying", async () => {
    const { environment, meeting } = makeMeeting();
    const joining = meeting.join(kInvitation);
    await settle();
    answerTheRest(environment.socket);
    environment.socket.open();
    await settle();
    environment.socket.answer(environment.socket.last("join"), joinResult());
    await joining;
    environment.peer.become("connecting", "checking");
    expect(meeting.snapshot.media).toBe("connecting");
    await environment.clock.advance(15_100);
    expect(meeting.snapshot.media).toBe("blocked");
    expect(environment.peers).toHaveLength(2);
    await environment.clock.advance(15_100);
    expect(environment.peers).toHaveLength(3);
    environment.peer.become("connected");
    expect(meeting.snapshot.media).toBe("connected");
  });

  it("waits for signaling before it tries to mend anything", async () => {
    const { environment } = await joinedMeeting();
    environment.socket.lose();
    environment.peer.become("disconnected");
    await settle();
    expect(environment.peer.offers).toHaveLength(1);
    await resumeOn(environment, kKept());
    await environment.clock.advance(1_600);
    expect(environment.peer.offers).toHaveLength(2);
  });

  it("drops an answer that a later offer has overtaken", async () => {
    const { environment } = await joinedMeeting();
    environment.peer.become("disconnected");
    await environment.clock.advance(1_600);
    const stale = environment.socket.last("offer");
    environment.peer.become("connected");
    environment.peer.become("disconnected");
    await environment.clock.advance(1_600);
    expect(environment.socket.requests("offer")).toHaveLength(2);
    environment.socket.answer(stale, { answer: "stale", slots: [] });
    await settle();
    expect(environment.peer.answers).not.toContain("stale");
  });
});

describe("media that goes silent", () => {
  const kMap = { ...kEmptyMap, epoch: 2, video: [{ slot: 4, source: 34, state: "live" as const }] };

  /** Joined, and packets come in the first video slot for a while; then they stop. */
  async function silenced() {
    const meeting = await joinedMeeting();
    const { environment } = meeting;
    environment.socket.event("slots", kMap);
    const receiver = environment.peer.transceivers[8]?.receiver;
    for (let i = 0; i < 20 && receiver; ++i) {
      receiver.levels = [{ source: 1, timestamp: environment.clock.now(), audioLevel: 0 }];
      await environment.clock.advance(100);
    }
    return meeting;
  }

  it("asks the server for a sign of life, and leaves it at that when there is one", async () => {
    const { environment, meeting } = await silenced();
    await environment.clock.advance(10_000);
    expect(environment.socket.requests("ping")).toHaveLength(1);
    expect(environment.sockets).toHaveLength(1);
    expect(environment.peer.offers).toHaveLength(1);
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("replaces the socket and restarts ICE within a second when there is none", async () => {
    const { environment, meeting } = await silenced();
    const deaf = environment.socket;
    deaf.handler = null;
    await environment.clock.advance(700);
    expect(deaf.wasClosedByClient).toBe(true);
    expect(environment.sockets).toHaveLength(2);
    expect(environment.peer.offers.at(-1)).toEqual({ iceRestart: true });
    // The offer was made without the server; it gets it with the new socket, once.
    await resumeOn(environment, kKept());
    expect(environment.socket.last("offer").data).toMatchObject({ fresh: false });
    expect(environment.socket.last("offer").data.sdp).toContain("offer 2");
    environment.socket.answer(environment.socket.last("offer"), {
      answer: "restarted",
      slots: joinResult().slots ?? [],
    });
    await environment.clock.advance(20_000);
    expect(environment.peer.answers.at(-1)).toBe("restarted");
    expect(environment.socket.requests("offer")).toHaveLength(1);
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("sends an offer again whose answer was lost with the socket", async () => {
    const { environment } = await joinedMeeting();
    environment.peer.become("failed");
    await environment.clock.advance(0);
    environment.socket.lose();
    await settle();
    await resumeOn(environment, kKept());
    expect(environment.socket.last("offer").data.sdp).toContain("offer 2");
  });
});
