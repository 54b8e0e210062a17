import { afterEach, beforeEach, expect, it } from "vitest";
import { ParleyError } from "../../../../sdk/index.ts";
import { wordsOf } from "../../../common/problem.tsx";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const inAudience = fakePerson(1, { name: "Bo", role: "attendee", sources: {} });

it("brings people on stage, makes co-hosts and takes both back", async () => {
  room.enter("host", [inAudience]);
  await room.click("people");
  room.open("person-menu");
  await room.click("role-panelist");
  room.become("host", [fakePerson(1, { role: "panelist" })]);
  await room.click("role-cohost");
  await room.click("role-attendee");
  room.become("host", [fakePerson(1, { role: "cohost" })]);
  await room.click("role-panelist");
  expect(room.meeting.channel.sent).toEqual(
    ["panelist", "cohost", "attendee", "panelist"].map((role) => ["role", { participant: "p1", role }]),
  );
});

it("offers nothing that the server would refuse", async () => {
  room.enter("cohost", [fakePerson(1, { role: "host" })]);
  await room.click("people");
  room.open("person-menu");
  expect(room.find("remove-person")).toBeNull();
  expect(room.find("role-attendee")).toBeNull();
  room.become("attendee", [fakePerson(1, { role: "host" })]);
  expect(room.find("person-menu")).toBeNull();
  expect(room.find("mute-person")).toBeNull();
});

it("says in words what one has become, and by whom", () => {
  room.enter("attendee", [fakePerson(1, { name: "Bo", role: "host" })]);
  room.tell({ type: "role", data: { role: "panelist", by: "p1" } });
  expect(room.told).toEqual([en.nowPanelist("Bo")]);
});

it("gives the audience no place on the stage, and no buttons for what it may not send", () => {
  room.enter("attendee", [inAudience, fakePerson(2)]);
  expect(room.all("tile").map((tile) => tile.dataset.participant)).toEqual(["p0", "p2"]);
  room.become("attendee", [inAudience], { sources: {} });
  expect(room.find("stage-empty")).not.toBeNull();
  expect(room.find("mic")).toBeNull();
  expect(room.find("camera")).toBeNull();
  room.become("panelist", [inAudience]);
  expect(room.find("mic")).not.toBeNull();
  expect(room.all("tile")).toHaveLength(1);
});

it("mutes everybody at once", async () => {
  room.enter("host", [fakePerson(1, { name: "Bo" })]);
  await room.click("people");
  await room.click("mute-all");
  expect(room.meeting.channel.sent).toEqual([["mute", { source: "microphone" }]]);
  expect(room.told).toEqual([en.nowAllMuted]);
  room.become("panelist", [fakePerson(1, { name: "Bo" })]);
  expect(room.find("mute-all")).toBeNull();
});

it("leaves those in the spotlight unmuted", async () => {
  room.meeting.channel.enter({
    features: { stage: { spotlight: [{ participant: "p1", source: "camera" }], layout: null } },
  });
  room.enter("host", [fakePerson(1), fakePerson(2)]);
  await room.click("people");
  await room.click("mute-all");
  expect(room.meeting.channel.sent).toEqual([["mute", { source: "microphone", except: ["p1"] }]]);
  expect(room.told).toEqual([en.nowOthersMuted]);
});

it("calls a caller by phone on stage and back", async () => {
  room.enter("host", [fakePerson(1, { kind: "phone", role: "attendee", sources: {} })]);
  await room.click("people");
  room.open("person-menu");
  await room.click("role-panelist");
  room.become("host", [fakePerson(1, { kind: "phone", role: "panelist" })]);
  expect(room.find("role-cohost")).toBeNull();
  await room.click("role-attendee");
  expect(room.meeting.channel.sent).toEqual(
    ["panelist", "attendee"].map((role) => ["role", { participant: "p1", role }]),
  );
});

it("tells everyone who is host when the host has left", () => {
  room.enter("cohost", [fakePerson(1, { name: "Bo", role: "cohost" })]);
  room.tell({ type: "role.host", data: { participant: "p1" } });
  room.tell({ type: "role.host", data: { participant: "p0" } });
  expect(room.told).toEqual([en.successor("Bo"), en.succeeded]);
});

it("removes for now, or for the rest of the meeting", async () => {
  room.enter("host", [inAudience]);
  await room.click("people");
  room.open("person-menu");
  await room.click("remove-person");
  await room.click("confirm-remove");
  room.open("person-menu");
  await room.click("remove-person");
  await room.click("not-back");
  expect(room.root.querySelector("dialog")?.textContent).toContain(en.notBackText);
  await room.click("confirm-remove");
  expect(room.meeting.calls.filter(([what]) => what === "remove")).toEqual([["remove", "p1"]]);
  expect(room.meeting.channel.sent).toEqual([["ban", { participant: "p1" }]]);
});

it("says in the dialog what the server has against it", async () => {
  room.enter("host", [inAudience]);
  room.meeting.channel.refusals.set("ban", new ParleyError("forbidden", "Your role does not allow this."));
  await room.click("people");
  room.open("person-menu");
  await room.click("remove-person");
  await room.click("not-back");
  await room.click("confirm-remove");
  expect(room.root.querySelector("dialog [role=alert]")?.textContent).toContain(wordsOf("forbidden")[0]);
  expect(room.told).toEqual([]);
});

it("keeps no caller out, whom nobody knows again", async () => {
  room.enter("host", [fakePerson(1, { name: "+44 xxx 123", kind: "phone" })]);
  await room.click("people");
  room.open("person-menu");
  await room.click("remove-person");
  expect(room.find("not-back")).toBeNull();
});
