// Somebody saves data: they are shown small pictures, and their own camera is sent with fewer frames.

import { afterAll, beforeAll, expect, it } from "vitest";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { meetAsPair, type Pair } from "./support/pair.ts";
import type { Person } from "./support/person.ts";

const kPatience = 60_000;
/** A little more than it is, for the edges of the time it is measured in. */
const kMostFrames = 12;
const kSeconds = 5;

let pair: Pair;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  pair = await meetAsPair("Saving");
  ({ ada, ben } = pair);
});

afterAll(() => pair?.close());

/** Of each encoding of the camera, the frames of a second, and what all of them take. */
async function sent() {
  const totals = async () => (await ada.stats()).outbound.filter(({ kind }) => kind === "video");
  const before = await totals();
  await new Promise((done) => setTimeout(done, kSeconds * 1_000));
  const after = await totals();
  const grown = (key: "framesEncoded" | "bytes", i: number) =>
    ((after[i]?.[key] ?? 0) - (before[i]?.[key] ?? 0)) / kSeconds;
  return {
    frames: after.map((_, i) => grown("framesEncoded", i)),
    kbps: after.reduce((sum, _, i) => sum + (8 * grown("bytes", i)) / 1_000, 0),
  };
}

const seen = async () =>
  Math.max(0, ...(await ada.stats()).inbound.map(({ kind, height }) => (kind === "video" ? height : 0)));

async function choose(pictures: "small"): Promise<void> {
  await ada.byId("more").click();
  await ada.byId("settings").click();
  await ada.byId("pictures").selectOption(pictures);
  await ada.page.keyboard.press("Escape");
}

it("sends fewer frames and is shown less, and goes on being seen and heard", async () => {
  await Promise.all([ada.sees("Ben", 1, kPatience), ben.sees("Ada", 0, kPatience)]);
  const whole = await sent();
  await choose("small");
  await until("a picture that is small", seen, (height) => height > 0 && height <= 180, kPatience);
  const saving = await sent();
  const rate = (frames: number[]) => frames.map((one) => one.toFixed(0)).join(" + ");
  figure(
    `sent: ${rate(whole.frames)} frames/s, ${whole.kbps.toFixed(0)} kb/s; saving ${rate(saving.frames)} frames/s, ${saving.kbps.toFixed(0)} kb/s`,
  );
  for (const frames of saving.frames) expect(frames).toBeLessThan(kMostFrames);
  await Promise.all([
    ada.sees("Ben", 1, kPatience),
    ben.sees("Ada", 0, kPatience),
    ben.hears([0], kPatience),
  ]);
});
