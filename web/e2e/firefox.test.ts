// One meeting across two makes of browser: what Debian's Firefox ESR and Chromium see and hear of each
// other, and that Firefox comes back from a reload as the same person. Firefox makes its own fake devices:
// a tone, set to TONES[0], and a plain picture whose colour wanders.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PictureCode } from "./support/code.ts";
import { Firefox } from "./support/firefox.ts";
import { colourOf, keepPlayers, picturesOf, soundsOf, tonesIn, until } from "./support/measure.ts";
import { output, Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const FOX = "Fox";
/** A look at a picture takes a busy machine a second or two, and several are needed to see it move. */
const kPatience = 60_000;

let server: Server;
let room: Room;
let ada: Person;
let firefox: Firefox;

const videoOf = (name: string) => `[data-testid=tile][data-name="${name}"][data-kind=camera] video`;

async function firefoxSees(name: string, camera: number): Promise<void> {
  const frames = new Set<number>();
  await until(
    `Firefox sees camera ${camera} move in the tile of ${name}`,
    async () => (await picturesOf(firefox, videoOf(name)))[0] ?? null,
    (code: PictureCode | null) => code?.camera === camera && frames.add(code.frame).size > 2,
    kPatience,
  );
}

async function firefoxHears(tones: readonly number[]): Promise<void> {
  await until(
    `Firefox hears ${tones}`,
    async () => tonesIn(await soundsOf(firefox)),
    (heard) => heard.join() === tones.join(),
    kPatience,
  );
}

async function adaSeesFirefox(): Promise<void> {
  const colours = new Set<string>();
  await until(
    "Ada sees Firefox's picture change",
    async () => (await colourOf(ada.page, videoOf(FOX)))?.join() ?? null,
    (colour) => colour !== null && colours.add(colour).size > 2,
    kPatience,
  );
}

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Two makes");
  ada = await Person.open({ name: "Ada", person: 1 });
  await ada.join(room);
  firefox = await Firefox.launch();
  await firefox.addInitScript(keepPlayers);
});

afterAll(async () => {
  await firefox?.close();
  await ada?.close();
  await server?.stop();
});

describe("Firefox and Chromium", { timeout: 4 * kPatience }, () => {
  it("see and hear each other", async () => {
    await firefox.join(room, FOX);
    await Promise.all([firefoxSees("Ada", 1), adaSeesFirefox()]);
    await firefoxHears([1]);
    await ada.hears([0], kPatience);
    await firefox.screenshot(join(output, "firefox-room.png"));
    await ada.screenshot("firefox-seen");
  });

  it("keep Firefox the same person through a reload", async () => {
    const before = await ada.tile(FOX).getAttribute("data-participant");
    await firefox.reload();
    await firefox.shows("leave");
    await Promise.all([firefoxSees("Ada", 1), adaSeesFirefox()]);
    await firefoxHears([1]);
    await ada.hears([0], kPatience);
    expect(await ada.tile(FOX).getAttribute("data-participant")).toBe(before);
    expect(await ada.tileNames()).toEqual(["Ada", FOX]);
  });

  it("take leave", async () => {
    await firefox.click("leave");
    await firefox.shows("again");
    await until(
      "Ada is alone",
      () => ada.tileNames(),
      (names) => names.join() === "Ada",
    );
  });

  it("are told why Firefox, as it comes, gets nothing from its own machine", async () => {
    await firefox.close();
    firefox = await Firefox.launch({ loopback: false });
    await firefox.join(room, FOX);
    await firefox.shows("problem");
    const words = await firefox.evaluate(() => document.querySelector("[data-testid=problem]")?.textContent);
    expect(words).toContain("media.peerconnection.ice.loopback");
    await firefox.screenshot(join(output, "firefox-on-loopback.png"));
  });
});
