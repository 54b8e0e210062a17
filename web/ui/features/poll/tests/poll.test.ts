import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ParleyError, type Role, type WirePoll } from "../../../../sdk/index.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
const poll = (id: string, change: Partial<WirePoll> = {}): WirePoll => ({
  id,
  question: `Which of ${id}?`,
  options: ["a", "b", "c"],
  multiple: false,
  state: "open",
  shared: false,
  ...change,
});

beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

function enter(role: Role, polls: WirePoll[]): void {
  room.meeting.channel.enter({ features: { poll: { polls } } });
  room.enter(role);
}

async function open(role: Role, polls: WirePoll[]): Promise<void> {
  enter(role, polls);
  await room.click("people");
  await room.click("tab-poll");
}

function change(poll: WirePoll, version = 2): void {
  room.tell({ type: "poll.poll", version, data: { poll } });
}

function choose(index: number): void {
  act(() => room.all("poll-choice")[index]?.click());
}

const questions = () => room.all("poll").map((row) => row.querySelector(".poll-question")?.textContent);

it("comes to the audience in a card, is voted in and goes", async () => {
  enter("attendee", []);
  expect(room.find("poll-card")).toBeNull();
  change(poll("v1"));
  expect(room.find("poll-card")?.textContent).toContain("Which of v1?");
  expect(room.find("poll-news")?.textContent).toBe(en.opened("Which of v1?"));
  expect((room.find("poll-vote") as HTMLButtonElement).disabled).toBe(true);
  choose(1);
  choose(2);
  await room.click("poll-vote");
  expect(room.meeting.channel.sent).toEqual([["poll.vote", { poll: "v1", options: [2] }]]);
  expect(room.find("poll-card")).toBeNull();
});

it("can be put away, and waits in the tab", async () => {
  enter("attendee", [poll("v1")]);
  await room.click("poll-later");
  expect(room.find("poll-card")).toBeNull();
  room.meeting.channel.enter({});
  expect(room.find("poll-card"), "after a reconnect too").toBeNull();
  await room.click("people");
  expect(room.find("tab-poll")?.querySelector(".tab-waiting")?.textContent).toBe("1");
  await room.click("tab-poll");
  expect(questions()).toEqual(["Which of v1?"]);
});

it("takes several where several may be chosen, and another vote while it is open", async () => {
  await open("panelist", [poll("v1", { multiple: true })]);
  choose(2);
  choose(0);
  await room.click("poll-vote");
  expect(room.find("poll-vote")?.textContent).toBe(en.changeVote);
  choose(2);
  await room.click("poll-vote");
  expect(room.meeting.channel.sent.map(([, data]) => data)).toEqual([
    { poll: "v1", options: [0, 2] },
    { poll: "v1", options: [0] },
  ]);
});

it("keeps the choice when the server does not take it", async () => {
  enter("attendee", [poll("v1")]);
  room.meeting.channel.refusals.set("poll.vote", new ParleyError("too_many_requests", "Slow down."));
  choose(1);
  await room.click("poll-vote");
  expect(room.find("poll-card")).not.toBeNull();
  expect((room.all("poll-choice")[1] as HTMLInputElement).checked).toBe(true);
});

it("shows results only while they are shared", async () => {
  await open("attendee", [poll("v1", { state: "ended", own: [1] })]);
  expect(room.find("poll-results")).toBeNull();
  expect(room.find("poll")?.textContent).toContain(en.notShared);
  change(poll("v1", { state: "ended", shared: true }));
  room.tell({
    type: "poll.results",
    data: { poll: "v1", results: { voters: 4, votes: [1, 3, 0] } },
  });
  expect(room.all("poll-results")[0]?.textContent).toContain(en.votes(3, 75));
  expect(room.find("poll-results")?.textContent).toContain(en.own);
  expect(room.find("poll-news")?.textContent).toBe(en.results("Which of v1?"));
  change(poll("v1", { state: "ended" }), 3);
  expect(room.find("poll-results")).toBeNull();
});

it("shows those who run them drafts and results as they come, and a card to none of them", async () => {
  const results = { voters: 1, votes: [1, 0, 0] };
  await open("host", [poll("v1", { results }), poll("v2", { state: "draft" })]);
  expect(questions()).toEqual(["Which of v1?", "Which of v2?"]);
  expect(room.find("poll-card")).toBeNull();
  room.tell({ type: "poll.results", data: { poll: "v1", results: { voters: 2, votes: [1, 1, 0] } } });
  expect(room.find("poll-results")?.textContent).toContain(en.voters(2));
  expect((room.find("poll-open") as HTMLButtonElement).disabled, "one at a time").toBe(true);
  change(poll("v1", { state: "ended" }), 3);
  expect(room.find("poll-results"), "they are kept").not.toBeNull();
  room.become("attendee", []);
  expect(questions()).toEqual(["Which of v1?"]);
});

it("keeps what was written when the server does not take it", async () => {
  await open("host", []);
  await room.click("new-poll");
  room.write("poll-question", "Which?");
  for (const [index, text] of ["a", "b"].entries()) {
    act(() => {
      const field = room.all("poll-option")[index] as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  room.meeting.channel.refusals.set("poll.create", new ParleyError("too_many_requests", "Slow down."));
  await room.click("poll-draft");
  expect(room.find("problem")).not.toBeNull();
  expect((room.find("poll-question") as HTMLInputElement).value).toBe("Which?");
  expect(room.told).toEqual([]);
});

it("is written, opened, shared, ended and deleted by hosts", async () => {
  await open("host", []);
  await room.click("new-poll");
  expect((room.find("poll-launch") as HTMLButtonElement).disabled).toBe(true);
  room.write("poll-question", " Which? ");
  await room.click("poll-add-option");
  for (const [index, text] of ["a", " b ", "a"].entries()) {
    act(() => {
      const field = room.all("poll-option")[index] as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  await room.click("poll-draft");
  change(poll("v1", { state: "draft" }));
  await room.click("poll-open");
  change(poll("v1"));
  await room.click("poll-share");
  await room.click("poll-end");
  await room.click("poll-remove");
  await act(async () => [...room.root.querySelectorAll<HTMLElement>("dialog .danger")].at(-1)?.click());
  expect(room.meeting.channel.sent).toEqual([
    ["poll.create", { question: "Which?", options: ["a", "b"] }],
    ["poll.open", { poll: "v1" }],
    ["poll.share", { poll: "v1", shared: true }],
    ["poll.end", { poll: "v1" }],
    ["poll.delete", { poll: "v1" }],
  ]);
  room.tell({ type: "poll.deleted", version: 4, data: { poll: "v1", by: "p0" } });
  expect(room.all("poll")).toHaveLength(0);
});

it("is not there without a server's, nor for an audience that nothing was asked", async () => {
  room.meeting.channel.enter({ features: {} });
  room.enter("host");
  await room.click("people");
  expect(room.find("tab-poll")).toBeNull();
  room.leave();
  await open("attendee", []);
  expect(room.find("tab-poll")).toBeNull();
});
