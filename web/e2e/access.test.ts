// What everybody must be able to use: no serious finding of axe-core on any page, in both languages and
// themes; and a meeting from the link to the end with the keyboard alone.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findings } from "./support/axe.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  room = await server.makeRoom("Access");
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.join(room);
});

afterAll(async () => {
  await ben?.close();
  await server?.stop();
});

// One host, one browser, one walk through all pages: each test begins where the last one ended.
describe.each([
  ["en-US", "light"],
  ["en-US", "dark"],
  ["zh-CN", "light"],
  ["zh-CN", "dark"],
] as const)("no serious finding in %s, %s", (locale, colorScheme) => {
  let person: Person;

  const look = async (page: string) => {
    await person.screenshot(`${page}-${locale}-${colorScheme}`);
    expect(await findings(person), page).toEqual([]);
  };
  const goTo = async (url: string) => {
    await person.page.goto("about:blank"); // another fragment alone would not load anew
    await person.page.goto(url);
  };
  const dialog = () => person.page.getByRole("dialog");
  const closeDialog = async () => {
    await person.page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  };

  beforeAll(async () => {
    person = await Person.open({ name: "Ada", person: 0, locale, colorScheme });
  });
  afterAll(() => person?.close());

  it("on the desk", async () => {
    await person.page.goto(`${server.origin}/`);
    await person.byId("paste-link").waitFor();
    await look("desk");
    await person.page.evaluate(
      (token) => {
        localStorage.setItem("parley.host", JSON.stringify({ token, expiresAt: Date.now() + 3_600_000 }));
      },
      await server.host(),
    );
    await goTo(`${server.origin}/`);
    await person.byId("new-meeting").waitFor();
    await look("desk-of-host");
  });

  it("on the join page", async () => {
    await person.goTo(room);
    await look("join");
  });

  it("in the room", async () => {
    await person.byId("join").click();
    await person.sees("Ben", 1);
    await look("room");
    await person.byId("quality").click();
    await look("quality");
    await person.page.keyboard.press("Escape");
    await person.byId("more").click();
    await look("more");
    await person.page.keyboard.press("Escape");
  });

  it.each([
    ["chat", "chat"],
    ["desk", "desk-mark"],
    ["people", "people"],
  ])("in the panel: %s", async (panel, button) => {
    await person.byId(button).click();
    await person.byId(`${panel}-panel`).waitFor();
    await look(panel);
  });

  it("in the question before removing", async () => {
    await person.byId("person-menu").click();
    await look("person-menu");
    await person.byId("remove-person").click();
    await dialog().waitFor();
    await look("remove");
    await closeDialog();
    await person.byId("close-panel").click();
  });

  it.each(["help", "settings", "rename", "end"])("in the dialog: %s", async (name) => {
    await person.byId("more").click();
    await person.byId(name).click();
    await dialog().waitFor();
    await look(name);
    await closeDialog();
  });

  it("after leaving", async () => {
    await person.byId("leave").click();
    await person.byId("again").waitFor();
    await look("left");
  });

  it("with a link that is wrong or not whole", async () => {
    await person.page.evaluate(() => localStorage.removeItem("parley.host"));
    await goTo(`${room.url.split("#")[0]}#k=wrong`);
    await person.byId("problem").waitFor();
    await look("refused");
    await goTo(room.url.split("#")[0] ?? "");
    await person.byId("link-missing").waitFor();
    await look("link-missing");
    await person.byId("paste-link").fill(`Come in: ${room.url}`);
    await person.byId("open-link").click();
    await person.byId("name").waitFor();
  });
});

describe("sizes", () => {
  let person: Person | null = null;
  afterEach(() => person?.close());

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
  let person: Person;
  beforeAll(async () => {
    person = await Person.open({ name: "Ada", person: 0 });
  });
  afterAll(() => person?.close());

  const focused = () => person.page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");
  const tabTo = async (id: string) => {
    for (let i = 0; i < 40 && (await focused()) !== id; i++) await person.page.keyboard.press("Tab");
    expect(await focused()).toBe(id);
  };

  it("joins", async () => {
    const { keyboard } = person.page;
    await person.page.goto(room.url);
    await person.byId("name").waitFor();
    await tabTo("name");
    await keyboard.press("Control+A");
    await keyboard.type("Ada");
    await tabTo("join");
    await keyboard.press("Enter");
    await person.byId("leave").waitFor();
    await person.sees("Ben", 1);
  });

  it.each([
    ["m", "mic"],
    ["v", "camera"],
    ["r", "hand"],
  ])("switches by %s: %s", async (key, id) => {
    const pressed = () => person.byId(id).getAttribute("aria-pressed");
    const before = await pressed();
    await person.page.keyboard.press(key);
    await until(`${key} switches`, pressed, (now) => now !== before);
    await person.page.keyboard.press(key);
    await until(`${key} switches back`, pressed, (now) => now === before);
  });

  it("writes, and letters are letters", async () => {
    const { keyboard } = person.page;
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
    await person.byId("chat-panel").waitFor({ state: "detached" });
  });

  it("looks around: people, layout, how good the connection is", async () => {
    const { keyboard } = person.page;
    await keyboard.press("p");
    await until(
      "the list of people opens",
      () => person.byId("person").count(),
      (people) => people === 2,
    );
    await keyboard.press("Escape");
    await keyboard.press("w");
    await person.page.locator("[data-testid=tile][data-stage=true]").waitFor();
    await person.byId("quality").waitFor();
    await tabTo("quality");
    await keyboard.press("Enter");
    await person.page.getByRole("status").filter({ hasText: "connection" }).waitFor();
    await keyboard.press("Escape");
  });

  it("leaves", async () => {
    await tabTo("leave");
    await person.page.keyboard.press("Enter");
    await person.byId("again").waitFor();
  });
});
