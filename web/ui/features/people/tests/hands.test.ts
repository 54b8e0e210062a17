import { afterEach, beforeEach, expect, it } from "vitest";
import type { WireParticipant } from "../../../../sdk/protocol.ts";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const up = (index: number) => fakePerson(index, { isHandUp: true });
const names = () => room.all("person").map((row) => row.querySelector(".person-name")?.textContent);

it("lists raised hands first, in the order in which the server saw them", async () => {
  room.meeting.channel.enter({ features: { hand: { queue: ["p3", "p1"] } } });
  room.enter("host", [up(1), fakePerson(2), up(3)]);
  await room.click("people");
  expect(names()).toEqual(["Person 3", "Person 1", "Person 0", "Person 2"]);
  room.tell({
    type: "participant_changed",
    version: 2,
    data: { participant: { id: "p2", hand: true } as WireParticipant },
  });
  room.become("host", [up(1), up(2), up(3)]);
  expect(names()).toEqual(["Person 3", "Person 1", "Person 2", "Person 0"]);
});
