import { describe, expect, it } from "vitest";
import type { WaitingResult } from "../protocol.ts";
import { settle } from "./fake-clock.ts";
import { answerTheRest, joinResult, kMe } from "./fake-room.ts";
import { kInvitation, makeMeeting } from "./meeting-fixture.ts";

const waiting = (place: number, resume = "wait-1"): WaitingResult => ({
  resume,
  waiting: { title: "Weekly", place },
});

async function waitingMeeting() {
  const { environment, meeting } = makeMeeting();
  const joining = meeting.join(kInvitation);
  await settle();
  answerTheRest(environment.socket);
  environment.socket.open();
  await settle();
  environment.socket.answer(environment.socket.last("join"), waiting(2));
  await joining;
  return { environment, meeting };
}

describe("a lobby", () => {
  it("keeps whoever comes waiting, and tells the place", async () => {
    const { environment, meeting } = await waitingMeeting();
    expect(meeting.snapshot.state).toMatchObject({ name: "waiting", title: "Weekly", place: 2 });
    expect(meeting.snapshot.room).toBeNull();
    environment.socket.event("lobby.place", { place: 1 });
    expect(meeting.snapshot.state).toMatchObject({ place: 1 });
  });

  it("lets in by an event that answers the offer of the join", async () => {
    const { environment, meeting } = await waitingMeeting();
    environment.socket.event("lobby.admitted", joinResult({ resume: "in-1" }));
    await settle();
    expect(meeting.snapshot.state.name).toBe("joined");
    expect(meeting.snapshot.self?.id).toBe(kMe);
    expect(environment.peer.answers).toEqual(["answer-1"]);
    expect(environment.peers).toHaveLength(1);
    // What is resumed from now on is the participant, and not the waiting.
    environment.socket.lose();
    await settle();
    environment.socket.open();
    await settle();
    expect(environment.socket.last("resume").data).toMatchObject({ resume: "in-1" });
  });

  it("keeps the place over a lost socket, without a word of it", async () => {
    const { environment, meeting } = await waitingMeeting();
    environment.socket.lose();
    await settle();
    expect(meeting.snapshot.state.name).toBe("waiting");
    answerTheRest(environment.socket);
    environment.socket.open();
    await settle();
    const resume = environment.socket.last("resume");
    expect(resume.data).toMatchObject({ resume: "wait-1" });
    expect(resume.data.offer).toBeDefined();
    environment.socket.answer(resume, waiting(1, "wait-2"));
    await settle();
    expect(meeting.snapshot.state).toMatchObject({ name: "waiting", place: 1 });
    environment.socket.event("lobby.admitted", joinResult());
    await settle();
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("lasts without a place until a webinar is live, and is told what hosts announce", async () => {
    const { environment, meeting } = await waitingMeeting();
    environment.socket.lose();
    await settle();
    environment.socket.open();
    await settle();
    const until = { resume: "wait-3", waiting: { title: "Weekly", until: "live" } };
    environment.socket.answer(environment.socket.last("resume"), until);
    await settle();
    expect(meeting.snapshot.state).toEqual({
      name: "waiting",
      title: "Weekly",
      place: null,
      announcement: null,
    });
    environment.socket.event("announcement.changed", { announcement: { id: "a1", text: "Soon.", at: 1 } });
    expect(meeting.snapshot.state).toMatchObject({ announcement: "Soon.", place: null });
    environment.socket.event("lobby.place", { place: 4 });
    expect(meeting.snapshot.state).toMatchObject({ announcement: "Soon.", place: 4 });
    environment.socket.event("announcement.changed", { announcement: null });
    expect(meeting.snapshot.state).toMatchObject({ announcement: null });
  });

  it("may be over when the session is back", async () => {
    const { environment, meeting } = await waitingMeeting();
    environment.socket.lose();
    await settle();
    environment.socket.open();
    await settle();
    environment.socket.answer(environment.socket.last("resume"), joinResult({ transport: "new" }));
    await settle();
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("waits on after a reload", async () => {
    const { environment } = await waitingMeeting();
    const { meeting } = makeMeeting({}, environment);
    const resumed = meeting.resume(kInvitation.room);
    await settle();
    environment.socket.open();
    await settle();
    environment.socket.answer(environment.socket.last("resume"), waiting(1));
    expect(await resumed).toBe(true);
    expect(meeting.snapshot.state.name).toBe("waiting");
  });

  it("tells who is not let in what the host said, and may be tried again", async () => {
    const { environment, meeting } = await waitingMeeting();
    environment.socket.event("lobby.denied", { message: "Come tomorrow." });
    environment.socket.lose(4005);
    expect(meeting.snapshot.state).toMatchObject({
      name: "left",
      reason: "denied",
      message: "Come tomorrow.",
    });
    void meeting.join(kInvitation);
    await settle();
    expect(meeting.snapshot.state.name).toBe("connecting");
  });

  it("is left by leaving, and ends with the meeting", async () => {
    const first = await waitingMeeting();
    await first.meeting.leave();
    expect(first.meeting.snapshot.state).toMatchObject({ name: "left", reason: "left" });
    const second = await waitingMeeting();
    second.environment.socket.event("ended", { by: null });
    expect(second.meeting.snapshot.state).toMatchObject({ name: "left", reason: "ended", message: "" });
  });
});
