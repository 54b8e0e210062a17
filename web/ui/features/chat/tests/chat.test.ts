import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ChatMessage } from "../../../../sdk/index.ts";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { unread } from "../../../room/room-state.ts";
import { toasts } from "../../../state/toasts.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
const bo = fakePerson(1, { name: "Bo" });
const message = (change: Partial<ChatMessage> = {}): ChatMessage => ({
  id: "m1",
  participant: "p1",
  name: "Bo",
  to: null,
  text: "hello",
  at: 1_763_885_000_000,
  ...change,
});

beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => {
  room.close();
  vi.useRealTimers();
});

async function say(text: string): Promise<void> {
  room.write("chat-input", text);
  await room.click("chat-send");
}

describe("whom a message goes to", () => {
  it("is everyone, the hosts or one person, as one chooses", async () => {
    room.enter("panelist", [bo]);
    await room.click("chat");
    await say("to all");
    await room.choose("chat-to", "hosts");
    await say("to hosts");
    await room.choose("chat-to", "p1");
    await say("to Bo");
    expect(room.meeting.calls.filter(([name]) => name === "sendChat")).toEqual([
      ["sendChat", "to all", null],
      ["sendChat", "to hosts", "hosts"],
      ["sendChat", "to Bo", "p1"],
    ]);
  });

  it("is seen on the message", async () => {
    room.enter("host", [bo]);
    act(() =>
      room.meeting.set({
        chat: [
          message({ id: "m1", to: "hosts" }),
          message({ id: "m2", to: "p0" }),
          message({ id: "m3", participant: "p0", to: "p1" }),
          message({ id: "m4" }),
        ],
      }),
    );
    await room.click("chat");
    const heads = room.all("chat-message").map((one) => one.querySelector(".message-to")?.textContent ?? "");
    expect(heads).toEqual([en.toHosts, en.toYou, en.toName("Bo"), ""]);
  });

  it("is never somebody else than was chosen, when that one leaves", async () => {
    room.enter("panelist", [bo, fakePerson(2)]);
    await room.click("chat");
    await room.choose("chat-to", "p1");
    room.become("panelist", [fakePerson(2)]);
    expect((room.find("chat-to") as HTMLSelectElement).value).toBe("");
  });

  it("is chosen from the list of people too, and the audience writes to nobody alone", async () => {
    room.enter("panelist", [bo]);
    await room.click("people");
    room.open("person-menu");
    await room.click("write-person");
    expect((room.find("chat-to") as HTMLSelectElement).value).toBe("p1");
    room.become("attendee", [bo]);
    const choices = [...(room.find("chat-to") as HTMLSelectElement).options].map(({ value }) => value);
    expect(choices).toEqual(["", "hosts"]);
  });
});

describe("a host", () => {
  it("deletes a message after a question; nobody else is offered it", async () => {
    room.enter("panelist", [bo]);
    act(() => room.meeting.set({ chat: [message()] }));
    await room.click("chat");
    expect(room.find("delete-message")).toBeNull();
    room.become("cohost", [bo]);
    await room.click("delete-message");
    expect(room.meeting.channel.sent).toEqual([]);
    const confirm = [...room.root.querySelectorAll<HTMLElement>("dialog .danger")].at(-1);
    await act(async () => confirm?.click());
    expect(room.meeting.channel.sent).toEqual([["chat.delete", { message: "m1" }]]);
  });

  it("slows the room down and writes on as he likes", async () => {
    room.enter("host", [bo]);
    await room.click("chat");
    await room.choose("slow-mode", "30");
    expect(room.meeting.channel.sent).toEqual([["chat.slow", { seconds: 30 }]]);
    room.tell({ type: "chat.settings", version: 2, data: { slow_seconds: 30, moderated: false } });
    await say("one");
    await say("two");
    expect(room.meeting.calls.filter(([name]) => name === "sendChat")).toHaveLength(2);
  });
});

describe("a moderated chat", () => {
  const waits = (id: string, participant: string) => ({
    ...{ id, participant, name: "Bo", text: "may I?", at: 1_763_885_000_000 },
  });

  it("is a host's choice, who lets through or deletes what waits", async () => {
    room.meeting.channel.enter({
      features: { chat: { slow_seconds: 0, moderated: true, held: [waits("h1", "p1")] } },
    });
    room.enter("host", [bo]);
    room.tell({ type: "chat.held", data: { message: waits("h2", "p1") } });
    expect(unread.value).toBe(1);
    await room.click("chat");
    await room.click("held-approve");
    room.tell({ type: "chat.decided", data: { message: "h1", approved: true, by: "p0" } });
    await room.click("held-reject");
    room.tell({ type: "chat.decided", data: { message: "h2", approved: false, by: "p0" } });
    expect(room.find("held")).toBeNull();
    await room.click("moderated");
    expect(room.meeting.channel.sent).toEqual([
      ["chat.approve", { message: "h1" }],
      ["chat.delete", { message: "h2" }],
      ["chat.moderate", { on: false }],
    ]);
  });

  it("tells its author that a message waits, and when it was not let through", async () => {
    room.meeting.channel.enter({ features: { chat: { slow_seconds: 0, moderated: true } } });
    room.enter("attendee", [bo]);
    await room.click("chat");
    expect(room.find("chat-rules")?.textContent).toContain(en.moderated);
    room.tell({ type: "chat.held", data: { message: waits("h1", "p0") } });
    expect(room.find("held")?.textContent).toContain(en.heldOwn);
    expect(room.find("held-approve")).toBeNull();
    room.tell({ type: "chat.decided", data: { message: "h1", approved: false, by: "p1" } });
    expect(room.find("held")).toBeNull();
    expect(toasts.value.map(({ text }) => text)).toContain(en.notApproved);
  });
});

it("lets the others write once in a while in slow mode, and says when", async () => {
  room.meeting.channel.enter({ features: { chat: { slow_seconds: 15, moderated: false } } });
  room.enter("panelist", [bo]);
  await room.click("chat");
  expect(room.find("chat-rules")?.textContent).toContain(en.slowEvery(15));
  await say("one");
  room.write("chat-input", "two");
  expect((room.find("chat-send") as HTMLButtonElement).disabled).toBe(true);
  expect(room.root.querySelector(".composer-wait")?.textContent).toMatch(/1[45]/);
  room.tell({ type: "chat.settings", version: 2, data: { slow_seconds: 0, moderated: false } });
  await room.click("chat-send");
  expect(room.meeting.calls.filter(([name]) => name === "sendChat")).toHaveLength(2);
});
