// A tab that is shared with its sound: both arrive beside who shares them, and both end with it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TONES } from "./support/fixtures.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

const kTabTone = 4;

let server: Server;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  const room = await server.makeRoom("Show");
  ada = await Person.open({ name: "Ada", person: 0 });
  ben = await Person.open({
    name: "Ben",
    person: 1,
    askPermission: true,
    isTabAudible: true,
    args: ["--auto-accept-camera-and-microphone-capture", "--auto-select-tab-capture-source-by-title=Slides"],
  });
  await ada.join(room);
  await openSlides();
  await ben.join(room);
  await ada.sees("Ben", 1);
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

// A tab of Ben's that plays a tone of its own and shows one colour after the other.
async function openSlides(): Promise<void> {
  const slides = await ben.context.newPage();
  await slides.goto("data:text/html,<title>Slides</title>");
  await slides.evaluate(async (frequency) => {
    const context = new AudioContext();
    await context.resume();
    const tone = new OscillatorNode(context, { frequency });
    tone.connect(context.destination);
    tone.start();
    let hue = 0;
    setInterval(() => {
      hue += 30;
      document.body.style.background = `hsl(${hue}deg 80% 50%)`;
    }, 200);
  }, TONES[kTabTone]);
}

describe("a shared tab", () => {
  it("is seen and heard beside who shares it", async () => {
    await ada.hears([1]);
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor();
    const pictures = new Set<number>();
    await until(
      "Ada sees a moving picture of the tab",
      () =>
        ada
          .tile("Ben", "screen")
          .locator("video")
          .evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames),
      (count) => count > 0 && pictures.add(count).size > 2,
      40_000,
    );
    await ada.hears([1, kTabTone]);
    await ada.sees("Ben", 1);
    await ada.screenshot("room-share-sound");
  });

  it("goes on sounding while who shares it is muted", async () => {
    await ben.byId("mic").click();
    await ada.hears([kTabTone]);
    await ben.byId("mic").click();
    await ada.hears([1, kTabTone]);
  });

  it("ends with its sound", async () => {
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor({ state: "detached" });
    await ada.hears([1]);
    expect(await ada.tileNames()).toEqual(["Ada", "Ben"]);
  });
});
