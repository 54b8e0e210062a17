// What a host sees besides: knocks, questions, polls, recordings, reports and their players, without a serious
// finding of axe-core, in both languages and themes.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findings } from "./support/axe.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let token: string;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  token = await server.host();
});

afterAll(() => server?.stop());

// One meeting from knock to player: each test begins where the last one ended.
describe.each([
  ["en-US", "light"],
  ["en-US", "dark"],
  ["zh-CN", "light"],
  ["zh-CN", "dark"],
] as const)("no serious finding in %s, %s", (locale, colorScheme) => {
  let ada: Person;
  let ben: Person;
  let room: Room;

  const look = async (page: string, person = ada) => {
    await person.screenshot(`host-${page}-${locale}-${colorScheme}`);
    expect(await findings(person), page).toEqual([]);
  };
  const closeDialog = async (person = ada) => {
    await person.page.keyboard.press("Escape");
    await person.page.getByRole("dialog").waitFor({ state: "detached" });
  };

  beforeAll(async () => {
    const wish = { title: "Access", lobby: true, recording: { consent: "ask" } };
    const made = await server.post<Room>("/api/v1/rooms", wish, token);
    room = { ...made, url: `${server.origin}/r/${made.name}?test#k=${made.invite}` };
    ada = await Person.open({ name: "Ada", person: 0, locale, colorScheme });
    await ada.signIn(token);
    await ada.join(room);
    ben = await Person.open({ name: "Ben", person: 1, locale, colorScheme });
  });
  afterAll(() => Promise.all([ada, ben].map((person) => person?.close())));

  it("where somebody knocks, waits and is let in", async () => {
    await ben.goTo(room);
    await ben.byId("join").click();
    await ben.byId("waiting").waitFor();
    await look("waiting", ben);
    await ada.byId("knock").waitFor();
    await look("knock");
    await ada.byId("desk-mark").click();
    await ada.byId("desk-entry").waitFor();
    await look("desk-knock");
    await ada.byId("deny").click();
    await ada.byId("deny-message").waitFor();
    await look("deny");
    await closeDialog();
    await ada.byId("admit").click();
    await ben.byId("leave").waitFor();
    await ben.sees("Ada", 0, 60_000);
  });

  it("in the questions", async () => {
    await ben.byId("people").click();
    await ben.byId("tab-qa").click();
    await ben.byId("ask-input").fill("Will there be slides?");
    await ben.byId("ask").click();
    await ada.byId("tab-qa").click();
    await ada.byId("question").waitFor();
    await look("questions");
    await ada.byId("question-menu").click();
    await look("question-menu");
    await ada.page.keyboard.press("Escape");
  });

  it("in the polls", async () => {
    await ada.byId("tab-poll").click();
    await look("polls-none");
    await ada.byId("new-poll").click();
    await ada.byId("poll-question").fill("Which topic first?");
    await ada.byId("poll-option").nth(0).fill("Slides");
    await ada.byId("poll-option").nth(1).fill("Questions");
    await look("poll-dialog");
    await ada.byId("poll-launch").click();
    await ben.byId("close-panel").click();
    await ben.byId("poll-card").waitFor();
    await look("poll-card", ben);
    await ben.page.getByRole("radio", { name: "Slides" }).check();
    await ben.byId("poll-vote").click();
    await ada.byId("poll-results").first().waitFor();
    await ada.byId("poll-share").check();
    await look("poll-results");
    await ada.byId("poll-end").click();
    await ben.byId("poll-results").waitFor();
    await look("poll-shared", ben);
    await ben.byId("poll-later").click();
  });

  it("where hands are up and people have menus", async () => {
    await ben.byId("hand").click();
    await ada.byId("tab-desk").click();
    await ada.byId("next-speaker").waitFor();
    await look("desk-hand");
    await ada.byId("announce").click();
    await ada.byId("announce-text").fill("We begin at ten past.");
    await look("announce");
    await ada.byId("announce-send").click();
    await ben.byId("announcement").waitFor();
    await look("announcement", ben);
    await ada.byId("tab-people").click();
    await ada.byId("person").filter({ hasText: "Ben" }).getByTestId("person-menu").click();
    await look("person-menu");
    await ada.page.keyboard.press("Escape");
    await ada.byId("close-panel").click();
    await ada.byId("reactions").click();
    await look("reactions");
    await ada.page.keyboard.press("Escape");
  });

  it("where a recording asks, runs and ends", async () => {
    await ada.byId("record").click();
    await look("record-menu");
    await ada.byId("record-start").click();
    for (const person of [ada, ben]) {
      await person.byId("consent").waitFor();
      await look(person === ada ? "consent" : "consent-guest", person);
      await person.byId("consent-agree").click();
    }
    await ada.byId("recording-mark").click();
    await look("recording-mark");
    await ada.page.keyboard.press("Escape");
    await ada.byId("record").click();
    await look("record-menu-running");
    await ada.byId("record-stop").click();
    await ada.byId("open-recording").waitFor();
    await look("recorded");
  });

  it("in the player", async () => {
    const player = await ada.byId("open-recording").getAttribute("href");
    await ada.byId("recording-ready-dismiss").click();
    await ada.byId("more").click();
    await ada.byId("end").click();
    await ada.page.locator("dialog .danger").click();
    await ada.byId("gone-report").waitFor();
    await look("gone");
    await ada.page.goto(new URL(player ?? "", server.origin).href);
    await ada.byId("start").waitFor();
    await look("player");
    await ada.byId("download").click();
    await look("download");
    await ada.page.keyboard.press("Escape");
    await ada.byId("chat").click();
    await look("player-chat");
  });

  it("in the report and the list of recordings", async () => {
    await ada.page.goto(server.origin);
    await ada.byId("recording").first().waitFor();
    await look("desk");
    await ada.byId("download").first().click();
    await look("desk-download");
    await ada.page.keyboard.press("Escape");
    await ada.byId("room-report").first().click();
    await until(
      "both are in the report",
      () => ada.byId("attendee").count(),
      (count) => count === 2,
    );
    await look("report");
    await closeDialog();
  });
});
