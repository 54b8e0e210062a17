// Another microphone or camera in the middle of a meeting: at once, and whoever is muted stays so.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestHook } from "../sdk/test-hook.ts";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  room = await server.makeRoom("Devices");
  ada = await Person.open({ name: "Ada", person: 0 });
  ben = await Person.open({ name: "Ben", person: 1 });
  await Promise.all([ada.join(room), ben.join(room)]);
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

/** Chooses the last of the microphones that there are, or the first again. */
async function chooseMicrophone(which: "first" | "last"): Promise<void> {
  await ada.byId("mic-devices").click();
  const radios = ada.page.locator("input[name=device-microphone]");
  expect(await radios.count()).toBeGreaterThan(2);
  await radios[which]().check();
  await ada.page.keyboard.press("Escape");
}

/** The device that is captured just now. */
const captured = () =>
  ada.page.evaluate(() => {
    const { meeting } = (window as unknown as { __parley: TestHook }).__parley;
    const { track } = meeting.media.snapshot.microphone;
    return track?.readyState === "live" ? (track.getSettings().deviceId ?? "") : "";
  });

it("goes on being heard by another microphone", async () => {
  await ben.hears([0]);
  const before = await captured();
  const began = performance.now();
  await chooseMicrophone("last");
  await until("another device is captured", captured, (device) => device !== "" && device !== before);
  figure(
    `another microphone: captured ${Math.round(performance.now() - began)} ms after the menu was opened`,
  );
  await ben.hears([0]);
  expect(await ada.byId("mic").getAttribute("aria-pressed")).toBe("true");
});

it("stays muted when the microphone is changed, and is heard by it when unmuted", async () => {
  await ada.byId("mic").click();
  await ben.hears([]);
  await chooseMicrophone("first");
  expect(await ada.byId("mic").getAttribute("aria-pressed")).toBe("false");
  await ben.tile("Ada").getByText("Ada").waitFor();
  await ben.hears([]);
  await ada.byId("mic").click();
  await ben.hears([0]);
});
