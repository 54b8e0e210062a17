import { afterEach, beforeEach, expect, it } from "vitest";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

const pin = "012345678901";
const dialIn = { numbers: ["+44 20 7946 0123"], pin: "0123456789" };
let room: RoomFixture;

beforeEach(() => {
  room = new RoomFixture();
  room.meeting.set({ dialIn });
});
afterEach(() => room.close());

it("shows the PIN of hosts to hosts, also to who becomes one", async () => {
  room.meeting.channel.enter({ features: { phone: {} } });
  room.enter("panelist");
  await room.click("people");
  expect(room.find("dial-in")?.textContent).toContain(dialIn.pin);
  expect(room.find("host-pin")).toBeNull();
  room.become("host", []);
  room.tell({ type: "phone.host_pin", data: { host_pin: pin } });
  expect(room.find("host-pin")?.textContent).toBe(en.hostPin(pin));
  room.become("panelist", []);
  expect(room.find("host-pin")).toBeNull();
});
