import { afterEach, beforeEach, expect, it } from "vitest";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const announce = (version: number, text: string) =>
  room.tell({
    type: "announcement.changed",
    version,
    data: { announcement: { id: `a${version}`, text, at: version } },
  });

it("stands where it is read out politely, until it is put away or taken back", async () => {
  room.enter("attendee", [fakePerson(1)]);
  announce(2, "We begin at ten past.");
  expect(room.find("announcement")?.textContent).toContain("We begin at ten past.");
  expect(room.find("announcement")?.closest("[aria-live=polite]")).not.toBeNull();
  await room.click("announcement-dismiss");
  expect(room.find("announcement")).toBeNull();
  announce(3, "Now.");
  expect(room.find("announcement")?.textContent).toContain("Now.");
  room.tell({ type: "announcement.changed", version: 4, data: { announcement: null } });
  expect(room.find("announcement")).toBeNull();
});

it("is written and taken back by hosts", async () => {
  room.enter("host", []);
  await room.click("desk-mark");
  await room.click("announce");
  room.write("announce-text", "  Soon.  ");
  await room.click("announce-send");
  announce(2, "Soon.");
  expect(room.find("announce")?.textContent).toContain(en.withdraw);
  await room.click("announce");
  expect(room.meeting.channel.sent).toEqual([
    ["announcement", { text: "Soon." }],
    ["announcement.withdraw", {}],
  ]);
});
