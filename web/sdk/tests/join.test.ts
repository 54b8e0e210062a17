import { describe, expect, it } from "vitest";
import { settle } from "./fake-clock.ts";
import { answerTheRest, joinResult, kBob, kMe, kSourcesByMid, participant } from "./fake-room.ts";
import { joinedMeeting, kInvitation, makeMeeting } from "./meeting-fixture.ts";

describe("join", () => {
  it("has the socket open and the offer made before anybody presses Join", async () => {
    const { environment, meeting } = makeMeeting();
    meeting.prepare();
    await settle();
    environment.socket.open();
    expect(environment.socket.protocol).toBe("parley.v1");
    expect(environment.peer.offers).toHaveLength(1);
    expect(environment.socket.sent).toHaveLength(0);

    void meeting.join(kInvitation);
    await settle();
    expect(environment.sockets).toHaveLength(1);
    expect(environment.peers).toHaveLength(1);
    expect(environment.socket.last("join").data).toMatchObject({
      room: "swift-otter-42",
      invite: "secret",
      name: "Ada",
      publish: [],
      sources_by_mid: kSourcesByMid,
    });
    expect(environment.socket.last("join").data.offer).toContain("s=offer 1");
  });

  it("offers four sources, four audio slots and 25 video slots, and one layer set per kind", async () => {
    const { environment, meeting } = makeMeeting();
    meeting.prepare();
    const { transceivers } = environment.peer;
    const described = transceivers.map(({ kind, init }) => `${init.direction} ${kind}`);
    expect(described.slice(0, 4)).toEqual([
      "sendonly audio",
      "sendonly video",
      "sendonly video",
      "sendonly audio",
    ]);
    expect(described.filter((line) => line === "recvonly audio")).toHaveLength(4);
    expect(described.filter((line) => line === "recvonly video")).toHaveLength(25);
    const [, camera, screen] = transceivers;
    expect(camera?.init.sendEncodings?.map(({ rid }) => rid)).toEqual(["q", "h", "f"]);
    expect(screen?.init.sendEncodings?.map(({ rid }) => rid)).toEqual(["h", "f"]);
    expect(camera?.preferences.map(({ mimeType }) => mimeType)).toEqual([
      "video/VP8",
      "video/H264",
      "video/rtx",
    ]);
    expect(transceivers[0]?.preferences.map(({ mimeType }) => mimeType)).toEqual(["audio/red", "audio/opus"]);
    expect(transceivers[8]?.preferences).toHaveLength(5);
  });

  it("shows the room after the answer, and sends the token instead of the invitation when it has one", async () => {
    const { environment, meeting } = makeMeeting();
    const joining = meeting.join({ room: "r", token: "jwt", name: "Ada" });
    expect(meeting.snapshot.state.name).toBe("connecting");
    await settle();
    environment.socket.open();
    await settle();
    const { data } = environment.socket.last("join");
    expect(data.token).toBe("jwt");
    expect(data).not.toHaveProperty("invite");
    environment.socket.answer(environment.socket.last("join"), joinResult({}, [participant(kBob, 33)]));
    await joining;
    expect(environment.peer.answers).toEqual(["answer-1"]);
    expect(meeting.snapshot).toMatchObject({
      state: { name: "joined" },
      room: { name: "swift-otter-42", title: "Weekly" },
      self: { id: kMe, isSelf: true },
    });
    expect(meeting.snapshot.participants.map(({ id }) => id)).toEqual([kMe, kBob]);
    expect(meeting.snapshot.audios).toHaveLength(4);
  });

  it("publishes from the start what is on, and follows later changes", async () => {
    const { environment, meeting } = makeMeeting();
    await meeting.setMicrophone(true);
    const joining = meeting.join(kInvitation);
    await settle();
    answerTheRest(environment.socket);
    environment.socket.open();
    await settle();
    expect(environment.socket.last("join").data.publish).toEqual(["microphone"]);
    const result = joinResult();
    for (const self of result.room.participants) {
      self.sources = { microphone: { id: 17, state: "live" }, camera: { id: 18, state: "off" } };
    }
    environment.socket.answer(environment.socket.last("join"), result);
    await joining;
    expect(environment.socket.requests("publish")).toHaveLength(0);
    const microphone = environment.peer.transceivers[0];
    expect(microphone?.sender.track).toBe(environment.devices.track("mic-1"));

    await meeting.setCamera(true);
    expect(environment.socket.last("publish").data).toEqual({ source: "camera", on: true });
    await meeting.setMicrophone(false);
    await settle();
    expect(environment.socket.last("publish").data).toEqual({ source: "microphone", on: false });
    expect(microphone?.sender.track).toBeNull();
  });

  it("tells a refusal by its code, and can be tried again with the same offer", async () => {
    const { environment, meeting } = makeMeeting();
    const joining = meeting.join(kInvitation);
    await settle();
    environment.socket.open();
    await settle();
    environment.socket.refuse(environment.socket.last("join"), "link_invalid");
    await expect(joining).rejects.toMatchObject({ code: "link_invalid" });
    expect(meeting.snapshot.state).toMatchObject({ name: "failed", code: "link_invalid" });

    const again = meeting.join({ ...kInvitation, invite: "right" });
    await settle();
    environment.socket.answer(environment.socket.last("join"), joinResult());
    await again;
    expect(environment.peers).toHaveLength(1);
    expect(meeting.snapshot.state.name).toBe("joined");
  });

  it("says that the server is away when no socket opens", async () => {
    const { environment, meeting } = makeMeeting();
    const joining = meeting.join(kInvitation);
    joining.catch(() => {});
    await settle();
    environment.socket.lose();
    await expect(joining).rejects.toMatchObject({ code: "server_unreachable" });
    expect(meeting.snapshot.state).toMatchObject({ name: "failed", code: "server_unreachable" });
  });

  it("opens another socket when the prepared one died meanwhile", async () => {
    const { environment, meeting } = makeMeeting();
    meeting.prepare();
    await settle();
    environment.socket.open();
    const joining = meeting.join(kInvitation);
    await settle();
    environment.socket.lose();
    await settle();
    expect(environment.sockets).toHaveLength(2);
    environment.socket.open();
    await settle();
    environment.socket.answer(environment.socket.last("join"), joinResult());
    await joining;
  });

  it("refuses a second join while in a meeting", async () => {
    const { meeting } = await joinedMeeting();
    await expect(meeting.join(kInvitation)).rejects.toMatchObject({ code: "already_joined" });
  });

  it("reports a browser without WebRTC when somebody joins, not before", async () => {
    const { environment, meeting } = makeMeeting();
    environment.createPeer = () => {
      throw new ReferenceError("RTCPeerConnection is not defined");
    };
    meeting.prepare();
    await expect(meeting.join(kInvitation)).rejects.toMatchObject({ code: "unsupported_browser" });
  });
});
