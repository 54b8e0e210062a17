import { afterEach, beforeEach, expect, it } from "vitest";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

it("tells in words why one watches, until that is put away or one is called on stage", async () => {
  room.meeting.channel.enter({ features: { crowd: { most_active: 50 } } });
  room.enter("attendee", [fakePerson(1)]);
  expect(room.find("crowd")?.textContent).toContain(en.watching);
  room.become("panelist", [fakePerson(1)]);
  expect(room.find("crowd")).toBeNull();
  room.become("attendee", [fakePerson(1)]);
  await room.click("crowd-dismiss");
  expect(room.find("crowd")).toBeNull();
});
