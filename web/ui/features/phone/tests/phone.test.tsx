import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type DialState, ParleyError } from "../../../../sdk/index.ts";
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
  room.tell({ type: "phone.settings", data: { phone: { host_pin: pin } } });
  expect(room.find("host-pin")?.textContent).toBe(en.hostPin(pin));
  room.become("panelist", []);
  expect(room.find("host-pin")).toBeNull();
});

it("shows a room's own number without a PIN, and for hosts where theirs is typed", async () => {
  room.meeting.set({ dialIn: { ...dialIn, own_numbers: ["+44 20 7946 0124"] } });
  room.meeting.channel.enter({ features: { phone: { host_pin: pin } } });
  room.enter("host", []);
  await room.click("people");
  const lines = room.find("dial-in");
  expect(lines?.querySelector("a")?.getAttribute("href")).toBe("tel:+442079460124");
  expect(lines?.textContent).toContain(en.noPin);
  expect(lines?.textContent).not.toContain(`PIN: ${dialIn.pin} #`);
  expect(room.find("host-pin")?.textContent).toBe(en.hostPinAt("+44 20 7946 0123", pin));
});

const call = (state: DialState, id = "d1", name = "+44 … 99") => ({ id, name, by: "p0", state });
const shown = () =>
  room
    .all("call")
    .map((row) => [
      row.querySelector(".call-name")?.textContent,
      row.querySelector(".call-state")?.textContent,
    ]);
const enterWithCalls = async (calls = [call("ringing")]) => {
  room.meeting.channel.enter({ features: { phone: { calls } } });
  room.enter("host", []);
  await room.click("people");
};

it("shows how far a call is, and why it came to nothing, until it is dismissed", async () => {
  await enterWithCalls();
  expect(shown()).toEqual([["+44 … 99", en.states.ringing]]);
  const tell = (one: ReturnType<typeof call>) => room.tell({ type: "phone.call", data: { call: one } });
  tell(call("answered"));
  tell(call("calling", "d2", "Bob"));
  expect(shown()).toEqual([
    ["+44 … 99", en.states.answered],
    ["Bob", en.states.calling],
  ]);
  tell(call("joined"));
  tell(call("busy", "d2", "Bob"));
  expect(shown()).toEqual([["Bob", en.states.busy]]);
  await room.click("end-call");
  expect(shown()).toEqual([]);
  expect(room.meeting.channel.sent).toEqual([]);
});

it("forgets by itself why a call came to nothing", async () => {
  await enterWithCalls();
  vi.useFakeTimers();
  room.tell({ type: "phone.call", data: { call: call("no_answer") } });
  act(() => {
    vi.advanceTimersByTime(60_000);
  });
  vi.useRealTimers();
  await act(async () => {});
  expect(shown()).toEqual([]);
});

it("stops calling", async () => {
  await enterWithCalls();
  await room.click("end-call");
  expect(room.meeting.channel.sent).toEqual([["phone.cancel", { call: "d1" }]]);
  room.tell({ type: "phone.call", data: { call: call("cancelled") } });
  expect(shown()).toEqual([]);
});

it("calls somebody, and says in writing and aloud that an emergency number is not called", async () => {
  HTMLDialogElement.prototype.showModal ??= () => {};
  const speak = vi.fn();
  vi.stubGlobal("speechSynthesis", { speak });
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      lang = "";
      readonly text: string;
      constructor(text: string) {
        this.text = text;
      }
    },
  );
  await enterWithCalls([]);
  await room.click("call-phone");
  room.write("call-number", "9 112");
  room.meeting.channel.refusals.set("phone.call", new ParleyError("emergency_number", ""));
  await room.click("call-now");
  expect(room.find("problem")?.textContent).toContain("Emergency numbers");
  expect(room.find("problem")?.getAttribute("role")).toBe("alert");
  expect(speak.mock.calls[0]?.[0].text).toContain("Emergency numbers");
  room.meeting.channel.refusals.clear();
  room.write("call-number", "+44 20 7946 0199");
  room.write("call-name", " Bob ");
  await room.click("call-now");
  expect(room.find("call-number")).toBeNull();
  expect(room.meeting.channel.sent.at(-1)).toEqual([
    "phone.call",
    { number: "+44 20 7946 0199", name: "Bob", language: "en" },
  ]);
  expect(speak).toHaveBeenCalledTimes(1);
});

it("offers no calls to who may make none", async () => {
  room.meeting.channel.enter({ features: { phone: {} } });
  room.enter("panelist", []);
  await room.click("people");
  expect(room.find("call-phone")).toBeNull();
});
