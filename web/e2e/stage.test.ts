// A webinar from practice to its audience: attendees wait and learn nothing, all come in at once when it goes
// live, also after the server was killed; a host announces, shows somebody to everybody, and works through
// one desk of knocks, hands and questions.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;
let cleo: Person;
let dana: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  const token = await server.host();
  const made = await server.post<Room & { stage_invite: string }>("/api/v1/rooms", {
    title: "Spring webinar",
    webinar: true,
  });
  const linkTo = (invite: string) => ({ ...made, url: `${server.origin}/r/${made.name}?test#k=${invite}` });
  room = linkTo(made.invite);
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(token);
  await ada.join(room);
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.join(linkTo(made.stage_invite));
  cleo = await Person.open({ name: "Cleo", person: 2, viewport: { width: 390, height: 844 } });
  dana = await Person.open({ name: "Dana", person: 3, locale: "zh-CN", colorScheme: "dark" });
}, 120_000);

afterAll(async () => {
  await Promise.all([ada, ben, cleo, dana].map((person) => person?.close()));
  await server?.stop();
});

async function waits(person: Person): Promise<void> {
  await person.goTo(room);
  expect(await person.byId("camera").count(), "nobody in the audience is asked for a camera").toBe(0);
  await person.byId("join").click();
  await person.byId("waiting").waitFor();
}

describe("practice", () => {
  it("is among those on stage, while attendees wait", async () => {
    await Promise.all([ada.sees("Ben", 1), ben.sees("Ada", 0)]);
    await waits(cleo);
    await waits(dana);
    await until(
      "Ada is told how many wait",
      () => ada.byId("practice-waiting").textContent(),
      (text) => text === "2 people are waiting.",
    );
    expect(await cleo.byId("waiting").textContent()).toContain("has not begun");
    expect(await cleo.byId("tile").count()).toBe(0);
    expect(await cleo.tones()).toEqual([]);
    await ada.screenshot("stage-practice");
    expect(await ben.byId("go-live").count(), "only hosts go live").toBe(0);
  });

  it("brings what a host announces to everybody, to those who wait too", async () => {
    await ada.byId("desk-mark").click();
    await ada.byId("announce").click();
    await ada.byId("announce-text").fill("We begin at ten past.");
    await ada.byId("announce-send").click();
    for (const person of [ben, cleo, dana])
      await person.byId("announcement").filter({ hasText: "ten past" }).waitFor();
    await Promise.all([cleo.screenshot("stage-waiting"), dana.screenshot("stage-waiting-zh-dark")]);
    await ben.byId("announcement-dismiss").click();
    await ben.byId("announcement").waitFor({ state: "detached" });
  });

  it("goes on after the server was killed", async () => {
    await server.kill("SIGKILL");
    await server.run();
    await until(
      "all are back",
      () => ada.byId("practice-waiting").textContent(),
      (text) => text === "2 people are waiting.",
      30_000,
    );
    await ada.sees("Ben", 1, 30_000);
    expect(await cleo.byId("waiting").count()).toBe(1);
    expect(await cleo.byId("announcement").textContent()).toContain("ten past");
  }, 90_000);

  it("is over for all at once by one button, and stays so after another kill", async () => {
    await ada.byId("go-live").click();
    await Promise.all([cleo.byId("leave").waitFor(), dana.byId("leave").waitFor()]);
    await Promise.all([cleo.sees("Ada", 0), dana.sees("Ben", 1)]);
    expect(await cleo.byId("mic").count()).toBe(0);
    expect(await ada.tileNames()).toEqual(["Ada", "Ben"]);
    await server.kill("SIGKILL");
    await server.run();
    await cleo.sees("Ada", 0, 30_000);
    await ada.byId("live-mark").waitFor();
    expect(await ada.byId("practice").count()).toBe(0);
  }, 90_000);
});

describe("the spotlight", () => {
  it("shows somebody large to everybody, and each may pin another", async () => {
    await ada.byId("tab-people").click();
    await ada.byId("person").filter({ hasText: "Ben" }).getByTestId("person-menu").click();
    await ada.byId("light-camera").click();
    const large = (person: Person, name: string) =>
      person.page.locator(`[data-testid=tile][data-name="${name}"][data-stage=true]`);
    for (const person of [ada, ben, cleo, dana]) await large(person, "Ben").waitFor();
    await ada.byId("tab-desk").click();
    await ada.byId("light-self").click();
    for (const person of [ben, cleo]) {
      await large(person, "Ada").waitFor();
      await large(person, "Ben").waitFor();
    }
    await Promise.all([cleo.screenshot("stage-spotlight"), dana.screenshot("stage-spotlight-zh-dark")]);
    await dana.tile("Ada").getByTestId("pin").click();
    await large(dana, "Ben").waitFor({ state: "detached" });
    await ada.byId("end-spotlight").click();
    await large(cleo, "Ben").waitFor({ state: "detached" });
    await ada.byId("layout-for-all").selectOption("speaker");
    await cleo.page.locator("[data-testid=tile][data-stage=true]").waitFor();
    await ada.byId("layout-for-all").selectOption("free");
    await cleo.page.locator("[data-testid=tile][data-stage=true]").waitFor({ state: "detached" });
  });
});

describe("the host's desk", () => {
  it("has hands and questions in the order in which they came", async () => {
    await cleo.byId("more").click();
    await cleo.byId("hand-item").click();
    await ada.byId("desk-entry").filter({ hasText: "Cleo" }).waitFor();
    await dana.byId("people").click();
    await dana.byId("tab-qa").click();
    await dana.byId("ask-input").fill("Will there be slides?");
    await dana.byId("ask").click();
    await ada.byId("desk-entry").nth(1).waitFor();
    const kinds = await ada
      .byId("desk-entry")
      .evaluateAll((entries) => entries.map((entry) => (entry as HTMLElement).dataset.kind));
    expect(kinds).toEqual(["hand", "question"]);
    await ada.screenshot("stage-desk");
  });

  it("gives the word to the next by one key: on stage, asked and not unmuted", async () => {
    await ada.page.locator(".room-title").click();
    await ada.page.keyboard.press("n");
    await cleo.byId("asked").waitFor();
    await ada.tile("Cleo").waitFor();
    expect(await cleo.byId("mic").getAttribute("aria-pressed")).toBe("false");
    await cleo.screenshot("stage-asked");
    await cleo.byId("asked-do").click();
    await until(
      "Cleo is unmuted by herself",
      () => cleo.byId("mic").getAttribute("aria-pressed"),
      (pressed) => pressed === "true",
    );
    await ben.hears([0, 2]);
  });

  it("marks questions as answered", async () => {
    await ada.byId("desk-answered").click();
    await ada.byId("desk-entry").waitFor({ state: "detached" });
    await dana.page.locator("[data-testid=question][data-answered=true]").waitFor();
  });
});

describe("the list of rooms", () => {
  it("has a link for the audience and one for those on stage, on a phone too", async () => {
    await ada.page.goto(server.origin);
    await ada.byId("stage-link").waitFor();
    await ada.byId("as-webinar").check();
    await ada.screenshot("stage-home");
    await ada.page.setViewportSize({ width: 390, height: 844 });
    await ada.screenshot("stage-home-phone");
  });
});
