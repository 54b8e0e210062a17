import { afterEach, beforeEach, expect, it } from "vitest";
import { ParleyError, type WireQuestion } from "../../../../sdk/index.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
const question = (id: string, change: Partial<WireQuestion> = {}): WireQuestion => ({
  id,
  participant: "p1",
  name: "Bo",
  text: `What of ${id}?`,
  at: Number(id.slice(1)),
  votes: 0,
  answered: false,
  ...change,
});

beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

async function open(role: "host" | "panelist" | "attendee", questions: WireQuestion[]): Promise<void> {
  room.meeting.channel.enter({ features: { qa: { questions } } });
  room.enter(role);
  await room.click("people");
  await room.click("tab-qa");
}

const texts = () => room.all("question").map((row) => row.querySelector("p")?.textContent);

it("orders by votes, what is answered last, as both change", async () => {
  await open("attendee", [question("q1"), question("q2", { votes: 3 }), question("q3", { answered: true })]);
  expect(texts()).toEqual(["What of q2?", "What of q1?", "What of q3?"]);
  room.tell({ type: "qa.votes", data: { votes: { q1: 5, q9: 1 } } });
  expect(texts()?.[0]).toBe("What of q1?");
  room.tell({
    type: "qa.question",
    version: 2,
    data: {
      question: question("q1", { votes: 5, answered: true, answer: "At https://example.org/slides." }),
    },
  });
  expect(texts()).toEqual(["What of q2?", "What of q1?", "What of q3?"]);
  expect(room.root.querySelector(".answer")?.textContent).toBe("At https://example.org/slides.");
  expect(room.root.querySelector(".answer a")?.getAttribute("href")).toBe("https://example.org/slides");
  room.tell({ type: "qa.dismissed", version: 3, data: { question: "q2", by: "p1" } });
  expect(texts()).toHaveLength(2);
});

it("is asked with one's name or without", async () => {
  await open("attendee", [question("q1", { participant: undefined, name: undefined } as never)]);
  expect(room.find("question")?.textContent).toContain(en.nobody);
  room.write("ask-input", " Why? ");
  await room.click("ask");
  await room.click("ask-anonymous");
  room.write("ask-input", "Who?");
  await room.click("ask");
  expect(room.meeting.channel.sent).toEqual([
    ["qa.ask", { text: "Why?" }],
    ["qa.ask", { text: "Who?", anonymous: true }],
  ]);
});

it("keeps what was written when the server does not take it", async () => {
  await open("attendee", []);
  room.meeting.channel.refusals.set("qa.ask", new ParleyError("too_many_requests", "Slow down."));
  room.write("ask-input", "Why?");
  await room.click("ask");
  expect((room.find("ask-input") as HTMLTextAreaElement).value).toBe("Why?");
});

it("shows one's vote at once, over later news, and takes back what the server refuses", async () => {
  await open("attendee", [question("q1")]);
  await room.click("vote");
  expect(room.find("vote")?.getAttribute("aria-pressed")).toBe("true");
  room.tell({ type: "qa.question", version: 2, data: { question: question("q1", { votes: 1 }) } });
  expect(room.find("vote")?.getAttribute("aria-pressed")).toBe("true");
  room.meeting.channel.refusals.set("qa.vote", new ParleyError("internal", "No."));
  await room.click("vote");
  expect(room.find("vote")?.getAttribute("aria-pressed")).toBe("true");
  expect(room.meeting.channel.sent.map(([, data]) => data)).toEqual([
    { question: "q1", up: true },
    { question: "q1", up: false },
  ]);
});

it("lets the stage answer and hosts dismiss, and the audience neither", async () => {
  await open("attendee", [question("q1")]);
  expect(room.find("question-menu")).toBeNull();
  room.become("panelist", []);
  room.open("question-menu");
  expect(room.find("dismiss")).toBeNull();
  await room.click("answer-spoken");
  room.become("host", []);
  room.open("question-menu");
  await room.click("answer-written");
  room.write("new-name", "Because.");
  await room.click("save-name");
  room.open("question-menu");
  await room.click("dismiss");
  expect(room.meeting.channel.sent).toEqual([
    ["qa.answer", { question: "q1" }],
    ["qa.answer", { question: "q1", text: "Because." }],
    ["qa.dismiss", { question: "q1" }],
  ]);
});

it("counts what was asked while another tab was open, and is not there without a server's", async () => {
  room.meeting.channel.enter({ features: { qa: { questions: [] } } });
  room.enter("host");
  await room.click("people");
  room.tell({ type: "qa.question", version: 2, data: { question: question("q1") } });
  expect(room.find("tab-qa")?.querySelector(".tab-waiting")?.textContent).toBe("1");
  await room.click("tab-qa");
  await room.click("tab-people");
  expect(room.find("tab-qa")?.querySelector(".tab-waiting")).toBeNull();
  room.leave();
  room.meeting.channel.enter({ features: {} });
  room.enter("host");
  await room.click("people");
  expect(room.find("tab-qa")).toBeNull();
});
