import { afterEach, expect, it, vi } from "vitest";
import { en as phoneWords } from "../features/phone/words.ts";
import { copyInvitation, phoneLink } from "../room/invitation.ts";
import { roomWords } from "../room/words.ts";
import { RoomFixture } from "./room-fixture.tsx";

const dialIn = { numbers: ["+44 20 7946 0123"], pin: "0123456789" };
let room: RoomFixture | null = null;

afterEach(() => {
  room?.close();
  vi.unstubAllGlobals();
});

async function copied(of: typeof dialIn & { own_numbers?: string[] }): Promise<string> {
  room = new RoomFixture();
  room.meeting.set({ dialIn: of });
  const writeText = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  await copyInvitation();
  return writeText.mock.calls[0]?.[0] ?? "";
}

it("invites by number and PIN", async () => {
  const text = await copied(dialIn);
  expect(text).toContain("+44 20 7946 0123");
  expect(text).toContain(roomWords.value.phonePin("0123456789"));
});

it("invites by a room's own number alone", async () => {
  const text = await copied({ ...dialIn, own_numbers: ["+44 20 7946 0124"] });
  expect(text).toContain("+44 20 7946 0124");
  expect(text).toContain(phoneWords.noPin);
  expect(text).not.toContain("0123456789");
  expect(text).not.toContain("+44 20 7946 0123");
});

it("invites by link alone where no number leads in", async () => {
  expect(await copied({ numbers: [], pin: "0123456789" })).not.toContain(roomWords.value.byPhone);
});

it.each([
  ["+44 20 7946 0123", "0123456789", "tel:+442079460123,,0123456789%23"],
  ["+44 20 7946 0124", null, "tel:+442079460124"],
  ["weekly@example.org", null, "sip:weekly@example.org"],
])("makes a link of one tap out of %s", (number, pin, link) => {
  expect(phoneLink(number, pin)).toBe(link);
});
