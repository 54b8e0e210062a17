// Another microphone or camera in the middle of a meeting: at once, and whoever is muted stays so.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { TestHook } from "../sdk/test-hook.ts";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { meetAsPair, type Pair } from "./support/pair.ts";
import type { Person } from "./support/person.ts";

let pair: Pair;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  pair = await meetAsPair("Devices");
  ({ ada, ben } = pair);
});

afterAll(() => pair?.close());

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
