// A host with a lobby, somebody who waits, somebody in the audience: let in, written to, brought on stage,
// asked and voted, polled, and what the report tells of it afterwards, over the real server.

import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  const token = await server.host();
  const made = await server.post<Room>("/api/v1/rooms", { title: "Webinar", lobby: true }, token);
  room = { ...made, url: `${server.origin}/r/${made.name}?test#k=${made.invite}` };
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(token);
  await ada.join(room);
  ben = await Person.open({ name: "Ben", person: 1 });
  cleo = await Person.open({ name: "Cleo", person: 2 });
  await cleo.signIn(server.token(room, "attendee", "Cleo"));
});

afterAll(async () => {
  await Promise.all([ada, ben, cleo].map((person) => person?.close()));
  await server?.stop();
});

describe("the lobby", () => {
  it("keeps whoever comes by the link waiting, also over a reload, and lets them in", async () => {
    await ben.goTo(room);
    await ben.byId("join").click();
    await ben.byId("waiting").waitFor();
    await ada.byId("knock").waitFor();
    expect(await ada.page.title()).toMatch(/^\(1\) /);
    await ada.screenshot("webinar-knock");
    await ben.page.reload();
    await ben.byId("waiting").waitFor();
    await ben.screenshot("webinar-waiting");
    await ada.byId("knock-admit").click();
    await ben.byId("leave").waitFor();
    await Promise.all([ben.sees("Ada", 0), ada.sees("Ben", 1)]);
  });
});

describe("the audience", () => {
  it("sees the stage and is not on it", async () => {
    await cleo.join(room);
    await cleo.sees("Ada", 0);
    expect(await cleo.byId("mic").count()).toBe(0);
    expect(await ada.tileNames()).toEqual(["Ada", "Ben"]);
  });

  it("asks, is voted for and answered", async () => {
    await cleo.byId("people").click();
    await cleo.byId("tab-qa").click();
    await cleo.byId("ask-input").fill("Will there be slides?");
    await cleo.byId("ask").click();
    await ben.byId("people").click();
    await ben.byId("tab-qa").click();
    await ben.byId("vote").click();
    await until(
      "Cleo sees the vote",
      () => cleo.byId("vote").textContent(),
      (text) => text === "1",
    );
    await ben.byId("question-menu").click();
    await ben.byId("answer-spoken").click();
    await cleo.page.locator("[data-testid=question][data-answered=true]").waitFor();
    await ben.byId("close-panel").click();
  });

  it("writes to the hosts, which the others do not read", async () => {
    await cleo.byId("tab-chat").click();
    await cleo.byId("chat-to").selectOption("hosts");
    await cleo.byId("chat-input").fill("Only for hosts");
    await cleo.page.keyboard.press("Enter");
    await ada.byId("chat").click();
    await ada.byId("chat-message").filter({ hasText: "Only for hosts" }).waitFor();
    await ben.byId("chat").click();
    await cleo.byId("chat-to").selectOption("");
    await cleo.byId("chat-input").fill("For all");
    await cleo.page.keyboard.press("Enter");
    await ben.byId("chat-message").filter({ hasText: "For all" }).waitFor();
    expect(await ben.byId("chat-message").allInnerTexts()).toHaveLength(1);
    await ada.byId("chat-message").filter({ hasText: "For all" }).hover();
    await ada.byId("chat-message").filter({ hasText: "For all" }).getByTestId("delete-message").click();
    await ada.page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
    await ben.byId("chat-message").waitFor({ state: "detached" });
  });

  it("is read by a host first where the chat is moderated", async () => {
    await ada.byId("moderated").check();
    await cleo.byId("chat-rules").waitFor();
    for (const text of ["May I?", "Rude"]) {
      await cleo.byId("chat-input").fill(text);
      await cleo.page.keyboard.press("Enter");
      await ada.byId("held-message").filter({ hasText: text }).waitFor();
    }
    await cleo.byId("held-message").nth(1).waitFor();
    await ada.screenshot("webinar-held");
    await cleo.screenshot("webinar-held-own");
    expect(await ben.byId("chat-message").count()).toBe(0);
    await ada.byId("held-message").filter({ hasText: "Rude" }).getByTestId("held-reject").click();
    await ada.byId("held-message").filter({ hasText: "May I?" }).getByTestId("held-approve").click();
    await ben.byId("chat-message").filter({ hasText: "May I?" }).waitFor();
    expect(await ben.byId("chat-message").allInnerTexts()).toHaveLength(1);
    await cleo.byId("held").waitFor({ state: "detached" });
    await ada.byId("moderated").uncheck();
    await cleo.byId("chat-rules").waitFor({ state: "detached" });
  });

  it("is brought on stage without joining again, and taken back", async () => {
    await ada.byId("tab-people").click();
    const row = ada.byId("person").filter({ hasText: "Cleo" });
    await row.getByTestId("person-menu").click();
    await ada.byId("role-panelist").click();
    await cleo.byId("camera").click();
    await ada.sees("Cleo", 2, 40_000);
    await row.getByTestId("person-menu").click();
    await ada.byId("role-attendee").click();
    await cleo.byId("mic").waitFor({ state: "detached" });
    await ada.tile("Cleo").waitFor({ state: "detached" });
    await cleo.sees("Ada", 0);
  });
});

describe("a poll", () => {
  it("is written by the host, comes to the audience in a card, and its results are shared", async () => {
    await ada.byId("tab-poll").click();
    await ada.byId("new-poll").click();
    await ada.byId("poll-question").fill("Which topic first?");
    await ada.byId("poll-option").nth(0).fill("Slides");
    await ada.byId("poll-option").nth(1).fill("Questions");
    await ada.screenshot("webinar-poll-written");
    await ada.byId("poll-launch").click();
    await cleo.byId("close-panel").click();
    await cleo.byId("poll-card").waitFor();
    await cleo.screenshot("webinar-poll-card");
    await cleo.page.getByRole("radio", { name: "Questions" }).check();
    await cleo.byId("poll-vote").click();
    await cleo.byId("poll-card").waitFor({ state: "detached" });
    await until(
      "Ada sees the vote",
      () => ada.byId("poll-results").textContent(),
      (text) => text?.includes("1 (100 %)") ?? false,
    );
    expect(await ben.byId("poll-results").count()).toBe(0);
    await ada.byId("poll-share").check();
    await ada.byId("poll-end").click();
    await ben.byId("poll-results").waitFor();
    await ada.screenshot("webinar-poll-results");
    await ben.byId("poll-later").click();
  });
});

describe("somebody who is removed for good", () => {
  it("does not come back by the link", async () => {
    await ada.byId("tab-people").click();
    await ada.byId("person").filter({ hasText: "Ben" }).getByTestId("person-menu").click();
    await ada.byId("remove-person").click();
    await ada.byId("not-back").check();
    await ada.screenshot("webinar-not-back");
    await ada.byId("confirm-remove").click();
    await ben.byId("again").click();
    await ben.byId("problem").waitFor();
    expect(await ben.byId("problem").textContent()).toContain("closed this meeting to you");
    await ben.page.reload();
    await ben.byId("join").click();
    await ben.byId("problem").waitFor();
    await ben.screenshot("webinar-kept-out");
  });
});

describe("the report", () => {
  it("is offered to the host when the meeting is over, and not to the audience", async () => {
    await ada.byId("close-panel").click();
    await ada.byId("more").click();
    await ada.byId("end").click();
    await ada.page.locator("dialog .danger").click();
    await ada.byId("gone-report").click();
    await ada.byId("attendee").filter({ hasText: "Cleo" }).waitFor();
    expect(await ada.byId("attendee").count()).toBe(3);
    await ada.screenshot("webinar-report");
    const downloading = ada.page.waitForEvent("download");
    await ada.byId("report-polls").click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(/-polls\.csv$/);
    const csv = await readFile(await download.path(), "utf8");
    expect(csv).toContain(",v1,Which topic first?,no,Questions,1,1\r\n");
    await cleo.byId("again").waitFor();
    expect(await cleo.byId("gone-report").count()).toBe(0);
  });

  it("is on the host's desk", async () => {
    await ada.page.goto(server.origin);
    await ada.byId("room-report").first().click();
    await ada.byId("attendee").filter({ hasText: "Ben" }).waitFor();
    await ada.screenshot("webinar-desk-report");
  });
});
