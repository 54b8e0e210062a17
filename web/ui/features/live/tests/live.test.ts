import { afterEach, beforeEach, expect, it } from "vitest";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

it("tells those on stage that they practise and how many wait, and lets hosts go live", async () => {
  room.meeting.channel.enter({ features: { live: { live: false, waiting: 1 } } });
  room.enter("panelist", [fakePerson(1, { role: "host" })]);
  expect(room.find("practice-waiting")?.textContent).toBe(en.waiting(1));
  expect(room.find("go-live")).toBeNull();
  room.become("cohost", []);
  room.tell({ type: "live.waiting", data: { count: 12 } });
  expect(room.find("practice-waiting")?.textContent).toBe(en.waiting(12));
  await room.click("go-live");
  expect(room.meeting.channel.sent).toEqual([["live.go", {}]]);
  expect(room.find("live-mark")).toBeNull();
  room.tell({ type: "live.began", version: 2, data: {} });
  expect(room.find("practice")).toBeNull();
  expect(room.find("live-mark")).not.toBeNull();
  expect(room.told).toEqual([en.began]);
});

it("is nothing where there is no webinar", () => {
  room.enter("host", []);
  expect(room.find("practice")).toBeNull();
  expect(room.find("live-mark")).toBeNull();
});
