import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const muted = fakePerson(1, { name: "Bo", sources: { microphone: { id: 11, state: "off" } } });
const asked = () => room.tell({ type: "ask", data: { source: "microphone", by: "p1" } });

it("asks and never unmutes: the person does, or does not", async () => {
  room.enter("panelist", [fakePerson(1, { name: "Bo", role: "host" })]);
  asked();
  expect(room.find("asked")?.textContent).toContain(en.toSpeak("Bo"));
  expect(room.meeting.calls).not.toContainEqual(["setMicrophone", true]);
  await room.click("asked-dismiss");
  expect(room.find("asked")).toBeNull();
  asked();
  await room.click("asked-do");
  expect(room.meeting.calls).toContainEqual(["setMicrophone", true]);
  expect(room.find("asked")).toBeNull();
});

it("goes when it is done otherwise", async () => {
  room.enter("panelist", [fakePerson(1, { role: "host" })]);
  asked();
  await act(async () => room.meeting.media.setOn("microphone", true));
  expect(room.find("asked")).toBeNull();
});

it("is one click for hosts, where somebody is muted", async () => {
  room.enter("host", [muted]);
  await room.click("people");
  await room.click("ask-person");
  expect(room.meeting.channel.sent).toEqual([["ask", { participant: "p1", source: "microphone" }]]);
  expect(room.told).toEqual([en.asked("Bo")]);
  room.become("panelist", [muted]);
  expect(room.find("ask-person")).toBeNull();
});
