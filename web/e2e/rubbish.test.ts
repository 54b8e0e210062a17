// What people do by mistake or on purpose: links that were used, two tabs, clocks that are
// off, markup and formulas wherever one may type. It is refused in words or shown as what it is, and nobody
// else notices.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const kMarkup = '<img src=x onerror="window.hurt=1"><b>bold</b>';
const kFormula = '=HYPERLINK("http://evil.example","click")';

let server: Server;
let room: Room;
let ben: Person;
let ada: Person | null = null;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  room = await server.makeRoom(kMarkup);
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.signIn(await server.host());
  await ben.join(room);
});

afterEach(async () => {
  await ada?.close();
  ada = null;
});

afterAll(async () => {
  await ben?.close();
  await server?.stop();
});

const isHurt = (person: Person) => person.page.evaluate(() => "hurt" in window);

describe("links", () => {
  it("of a host that were used before say so", async () => {
    ada = await Person.open({ name: "Ada", person: 0 });
    await ada.page.goto(server.hostLink);
    await ada.byId("problem").waitFor();
    expect(await ada.byId("problem").textContent()).toMatch(/used|start/i);
    await ada.screenshot("rubbish-used-host-link");
  });
});

describe("names", () => {
  it("of ten thousand emoji are never more than a name", async () => {
    ada = await Person.open({ name: "🤪".repeat(10_000), person: 0 });
    await ada.goTo(room);
    await ada.byId("join").click();
    const outcome = await Promise.race([
      ada
        .byId("leave")
        .waitFor()
        .then(() => "in"),
      ada
        .byId("problem")
        .waitFor()
        .then(() => "refused"),
    ]);
    await ada.screenshot("rubbish-long-name");
    if (outcome === "in") {
      const longest = (await ben.tileNames()).map((name) => [...name].length);
      expect(Math.max(...longest)).toBeLessThanOrEqual(64);
      await ada.byId("leave").click();
    }
  });

  it("and all else that is typed are text, with markup in them too", async () => {
    ada = await Person.open({ name: "<b>Ada</b>", person: 0 });
    await ada.join(room);
    await ben.tile("<b>Ada</b>").waitFor();
    expect(await ben.page.title()).toContain(kMarkup);
    await ada.byId("chat").click();
    await ada.byId("chat-input").fill(kMarkup);
    await ada.page.keyboard.press("Enter");
    await ada.byId("tab-qa").click();
    await ada.byId("ask-input").fill(kMarkup);
    await ada.byId("ask").click();
    await ben.byId("chat").click();
    await ben.byId("chat-message").filter({ hasText: kMarkup }).waitFor();
    await ben.byId("tab-qa").click();
    await ben.byId("question").filter({ hasText: kMarkup }).waitFor();
    await ben.byId("tab-poll").click();
    await ben.byId("new-poll").click();
    await ben.byId("poll-question").fill(kMarkup);
    await ben.byId("poll-option").nth(0).fill("<i>one</i>");
    await ben.byId("poll-option").nth(1).fill(kFormula);
    await ben.byId("poll-launch").click();
    await ada.byId("close-panel").click();
    await ada.byId("poll-card").filter({ hasText: kMarkup }).waitFor();
    await ada.screenshot("rubbish-markup");
    for (const person of [ada, ben]) {
      expect(await isHurt(person)).toBe(false);
      expect(await person.page.locator("main img, aside img, dialog img").count()).toBe(0);
    }
    await ada.byId("leave").click();
    await ada.byId("again").waitFor();
    await ben.byId("close-panel").click();
  });
});

describe("a clock that is off", () => {
  it.each([
    ["three days ahead", 3],
    ["three days behind", -3],
  ])("by %s lets people meet all the same", async (_, days) => {
    ada = await Person.open({ name: `Ada ${days}`, person: 0 });
    await ada.context.addInitScript((ms) => {
      const { now } = Date;
      window.Date = class extends Date {
        constructor(...args: [] | [number]) {
          if (args.length === 0) super(now() + ms);
          else super(...args);
        }
        static override now = () => now() + ms;
      } as DateConstructor;
    }, days * 86_400_000);
    await ada.join(room);
    await Promise.all([ada.sees("Ben", 1, 60_000), ben.sees(ada.name, 0, 60_000)]);
    await ada.byId("chat").click();
    await ada.byId("chat-input").fill(`It is late, ${days}`);
    await ada.page.keyboard.press("Enter");
    await ada
      .byId("chat-message")
      .filter({ hasText: `It is late, ${days}` })
      .waitFor();
    await ada.byId("leave").click();
    await ada.byId("again").waitFor();
  });
});

describe("a button", () => {
  it("that is pressed twice makes one meeting", async () => {
    const rooms = async () =>
      (
        (await (
          await fetch(`${server.origin}/api/v1/rooms`, {
            headers: { authorization: `Bearer ${await server.host()}` },
          })
        ).json()) as { rooms: unknown[] }
      ).rooms.length;
    ada = await Person.open({ name: "Ada", person: 0 });
    await ada.signIn(await server.host());
    await ada.page.goto(server.origin);
    const before = await rooms();
    await ada.byId("new-meeting").dblclick();
    await ada.byId("name").waitFor();
    expect(await rooms()).toBe(before + 1);
  });
});

describe("one person", () => {
  it("in two tabs is there twice and in the report once", async () => {
    ada = await Person.open({ name: "Twice", person: 0 });
    await ada.join(room);
    const second = await ada.context.newPage();
    await second.goto(room.url);
    await second.getByTestId("name").fill("Twice");
    await second.getByTestId("join").click();
    await second.getByTestId("leave").waitFor();
    await until(
      "both tabs are there",
      () => ben.tile("Twice").count(),
      (tiles) => tiles === 2,
    );
    // Neither throws the other out.
    await new Promise((done) => setTimeout(done, 2_000));
    await second.getByTestId("leave").click();
    await ada.sees("Ben", 1, 60_000);
    const report = (await (
      await fetch(`${server.origin}/api/v1/rooms/${room.name}/report`, {
        headers: { authorization: `Bearer ${await server.host()}` },
      })
    ).json()) as { attendance: { name: string; joins: number }[] };
    expect(report.attendance.filter(({ name }) => name === "Twice")).toMatchObject([{ joins: 2 }]);
  });
});

describe("a table", () => {
  it("calculates nothing", async () => {
    ada = await Person.open({ name: kFormula, person: 0 });
    await ada.join(room);
    await ada.byId("leave").click();
    const read = async (table: string) =>
      (
        await fetch(`${server.origin}/api/v1/rooms/${room.name}/report/${table}.csv`, {
          headers: { authorization: `Bearer ${await server.host()}` },
        })
      ).text();
    for (const table of ["attendance", "polls"]) {
      const csv = await read(table);
      expect(csv).toContain(`"'${kFormula.replaceAll('"', '""')}"`);
      expect(csv).not.toMatch(/(^|,)"?=/m);
    }
  });
});
