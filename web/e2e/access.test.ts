// What everybody must be able to use: no serious finding of axe-core on any page, in both languages and
// themes; and a meeting from the link to the end with the keyboard alone.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let server: Server;
let room: Room;
let ben: Person;
let person: Person | null = null;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  room = await server.makeRoom("Access");
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.join(room);
});

afterEach(async () => {
  await person?.close();
  person = null;
});

afterAll(async () => {
  await ben?.close();
  await server?.stop();
});

// Serious and critical findings, in words. By the debugger's door: the page's own policy lets no script in.
async function findings(of: Person): Promise<string[]> {
  await of.page.evaluate(axe);
  const results = await of.page.evaluate(() =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return results.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

describe.each([
  ["en-US", "light"],
  ["en-US", "dark"],
  ["zh-CN", "light"],
  ["zh-CN", "dark"],
] as const)("pages in %s, %s", (locale, colorScheme) => {
  it("have no serious finding", async () => {
    person = await Person.open({ name: "Ada", person: 0, locale, colorScheme });
    const found: Record<string, string[]> = {};
    const look = async (page: string, of: Person) => {
      found[page] = await findings(of);
      await of.screenshot(`${page}-${locale}-${colorScheme}`);
    };
    await person.page.goto(`${server.origin}/`);
    await person.page.getByRole("heading").first().waitFor();
    await look("desk", person);
    await person.goTo(room);
    await look("join", person);
    await person.byId("join").click();
    await person.sees("Ben", 1);
    await look("room", person);
    for (const panel of ["chat", "people"]) {
      await person.byId(panel).click();
      await person.byId("close-panel").waitFor();
      await look(panel, person);
    }
    await person.page.keyboard.press("Escape");
    await person.page.keyboard.press("?");
    await person.page.getByRole("dialog").waitFor();
    await look("keys", person);
    await person.page.keyboard.press("Escape");
    for (const dialog of ["settings", "rename"]) {
      await person.byId("more").click();
      await person.byId(dialog).click();
      await person.page.getByRole("dialog").waitFor();
      await look(dialog, person);
      await person.page.keyboard.press("Escape");
      await person.page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await person.byId("leave").click();
    await person.byId("again").waitFor();
    await look("left", person);
    await person.page.goto("about:blank");
    await person.page.goto(`${room.url.split("#")[0]}#k=wrong`);
    await person.byId("problem").waitFor();
    await look("refused", person);
    await person.page.goto("about:blank");
    await person.page.goto(room.url.split("#")[0] ?? "");
    await person.byId("link-missing").waitFor();
    await look("link-missing", person);
    await person.byId("paste-link").fill(`Come in: ${room.url}`);
    await person.byId("open-link").click();
    await person.byId("name").waitFor();
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
  });
});

describe("sizes", () => {
  it.each([
    ["phone", 360, 780],
    ["tablet", 820, 1180],
    ["desktop", 1440, 900],
  ] as const)("fit a %s without a sideways scroll", async (name, width, height) => {
    person = await Person.open({ name: "Ada", person: 0, viewport: { width, height } });
    const overflow = () =>
      person?.page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
    await person.page.goto(`${server.origin}/`);
    await person.screenshot(`size-${name}-desk`);
    expect(await overflow()).toBe(0);
    await person.goTo(room);
    await person.screenshot(`size-${name}-join`);
    expect(await overflow()).toBe(0);
    await person.byId("join").click();
    await person.sees("Ben", 1);
    await person.screenshot(`size-${name}-room`);
    expect(await overflow()).toBe(0);
    await person.byId("chat").click();
    await person.byId("chat-input").waitFor();
    await person.screenshot(`size-${name}-chat`);
    expect(await overflow()).toBe(0);
    await person.page.keyboard.press("Escape");
    await person.byId("leave").click();
    await person.byId("again").waitFor();
    await person.screenshot(`size-${name}-left`);
    expect(await overflow()).toBe(0);
  });
});

describe("the keyboard alone", () => {
  it("joins, speaks, writes, looks around and leaves", async () => {
    person = await Person.open({ name: "Ada", person: 0 });
    const { keyboard } = person.page;
    const focused = () =>
      person?.page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "") ??
      Promise.resolve("");
    const tabTo = async (id: string) => {
      for (let i = 0; i < 40 && (await focused()) !== id; i++) await keyboard.press("Tab");
      expect(await focused()).toBe(id);
    };
    await person.page.goto(room.url);
    await person.byId("name").waitFor();
    await tabTo("name");
    await keyboard.press("Control+A");
    await keyboard.type("Ada");
    await tabTo("join");
    await keyboard.press("Enter");
    await person.byId("leave").waitFor();
    await person.sees("Ben", 1);

    const pressed = (id: string) => person?.byId(id).getAttribute("aria-pressed") ?? Promise.resolve(null);
    for (const [key, id] of [
      ["m", "mic"],
      ["v", "camera"],
    ] as const) {
      const before = await pressed(id);
      await keyboard.press(key);
      await until(
        `${key} switches`,
        () => pressed(id),
        (now) => now !== before,
      );
      await keyboard.press(key);
      await until(
        `${key} switches back`,
        () => pressed(id),
        (now) => now === before,
      );
    }
    await keyboard.press("c");
    await until("the chat is ready to write", focused, (id) => id === "chat-input");
    await keyboard.type("m is a letter here");
    await keyboard.press("Enter");
    await ben.byId("chat").click();
    await until(
      "Ben reads it",
      () => ben.byId("chat-message").allInnerTexts(),
      (texts) => texts.some((text) => text.includes("m is a letter here")),
    );
    await keyboard.press("Escape");
    await keyboard.press("p");
    await until(
      "the list of people opens",
      () => person?.byId("person").count() ?? Promise.resolve(0),
      (people) => people === 2,
    );
    await keyboard.press("Escape");
    await keyboard.press("w");
    await tabTo("leave");
    await keyboard.press("Enter");
    await person.byId("again").waitFor();
  });
});
