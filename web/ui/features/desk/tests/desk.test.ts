import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { WireQuestion } from "../../../../sdk/index.ts";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const question = (id: string, at: number, more: Partial<WireQuestion> = {}): WireQuestion => ({
  ...{ id, name: "Cy", text: `What of ${id}?`, at, votes: 0, answered: false },
  ...more,
});
const up = (index: number, handAt: number, more = {}) =>
  fakePerson(index, { isHandUp: true, handAt, ...more });
const press = (key: string) =>
  act(() => void document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
const kinds = () => room.all("desk-entry").map((entry) => entry.dataset.kind);

function enter(): void {
  room.meeting.channel.enter({
    features: {
      hand: { queue: ["p2", "p1"] },
      lobby: {
        on: true,
        locked: false,
        admits: { tokens: true, returning: true, callers: false },
        passcode: false,
        queue: [{ id: "p9", name: "Bo", kind: "browser", since: 30 }],
      },
      qa: { questions: [question("q1", 20), question("q2", 5, { answered: true })] },
    },
  });
  room.enter("host", [up(1, 40), up(2, 10, { role: "attendee", sources: {} })]);
}

it("is one queue of knocks, hands and questions in the server's order", async () => {
  enter();
  expect(room.find("desk-mark")?.getAttribute("aria-label")).toContain(en.count(4));
  press("q");
  expect(kinds()).toEqual(["hand", "question", "knock", "hand"]);
  await room.click("admit");
  await room.click("desk-answered");
  await room.click("desk-dismiss");
  expect(room.meeting.channel.sent).toEqual([
    ["lobby.admit", { waiting: "p9" }],
    ["qa.answer", { question: "q1" }],
    ["qa.dismiss", { question: "q1" }],
  ]);
  press("q");
  expect(room.find("desk-panel")).toBeNull();
});

it("gives somebody of the audience the word in one click: on stage, hand lowered, asked to unmute", async () => {
  enter();
  press("q");
  await room.click("let-speak");
  expect(room.meeting.calls).toContainEqual(["lowerHand", "p2"]);
  expect(room.meeting.channel.sent).toEqual([
    ["role", { participant: "p2", role: "panelist" }],
    ["ask", { participant: "p2", source: "microphone" }],
  ]);
});

it("gives the word to the next by a key, whoever that is for the server by now", async () => {
  enter();
  room.meeting.channel.answers.set("hand.next", { participant: "p1" });
  press("n");
  await act(async () => {
    await new Promise((done) => setTimeout(done));
  });
  expect(room.meeting.channel.sent.map(([type]) => type)).toEqual(["hand.next"]);
  room.become("host", [up(1, 40, { sources: {} })]);
  press("q");
  expect(room.find("next-speaker")?.textContent).toContain(en.next("Person 1"));
  await room.click("next-speaker");
  expect(room.meeting.channel.sent.slice(1)).toEqual([
    ["hand.next", {}],
    ["ask", { participant: "p1", source: "microphone" }],
  ]);
});

it("takes the place of toasts, and of nothing for those who are no hosts", async () => {
  enter();
  expect(room.told).toEqual([]);
  expect(room.root.querySelector(".hidden-visually[role=status]")?.textContent).toBe(en.hand("Person 1"));
  room.become("panelist", [up(1, 40)]);
  expect(room.find("desk-mark")).toBeNull();
  press("q");
  press("n");
  expect(room.find("desk-panel")).toBeNull();
  expect(room.meeting.channel.sent).toEqual([]);
});
