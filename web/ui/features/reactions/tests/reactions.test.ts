import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { kSigns } from "../reactions-state.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => {
  vi.useRealTimers();
  room.close();
});

it("sends what is chosen", async () => {
  room.enter("attendee");
  room.open("reactions");
  await room.click("react-clap");
  expect(room.meeting.channel.sent).toEqual([["reaction", { reaction: "clap" }]]);
});

it("shows what others feel and how many, for a moment, and no more than a few at once", () => {
  vi.useFakeTimers();
  room.enter("panelist");
  room.tell({ type: "reaction", data: { counts: { clap: 12, heart: 1 } } });
  const shown = room.find("rising");
  expect(shown?.textContent).toBe(`${kSigns.clap}12${kSigns.heart}`);
  for (let i = 0; i < 40; i++) room.tell({ type: "reaction", data: { counts: { laugh: 1 } } });
  expect(shown?.childElementCount).toBe(12);
  act(() => void vi.advanceTimersByTime(4_000));
  expect(shown?.childElementCount).toBe(0);
});
