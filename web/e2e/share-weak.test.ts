// Slides that are shared with somebody whose link grows weak: each comes, less sharp and a little late, while the
// sound goes on; sharp again when the link is. Needs root for the namespaces.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { encode } from "./support/code.ts";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Network } from "./support/netns.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

const kWeakKbps = 300;
const kCamera = 7;

let network: Network;
let server: Server;
let ada: Person;
let ben: Person;
let adaAt: ReturnType<Network["client"]>;
let slides: Page;

beforeAll(async () => {
  network = new Network();
  adaAt = network.client();
  const benAt = network.client();
  server = await Server.start({ netns: network.server, address: network.serverIp, workers: 1 });
  ada = await Person.open({ name: "Ada", person: 0, netns: adaAt.netns });
  ben = await Person.open({
    name: "Ben",
    person: 1,
    netns: benAt.netns,
    askPermission: true,
    args: ["--auto-accept-camera-and-microphone-capture", "--auto-select-tab-capture-source-by-title=Slides"],
  });
  const room = await server.makeRoom("Slides");
  await ada.join(room);
  slides = await ben.context.newPage();
  await slides.goto("data:text/html,<title>Slides</title>");
  await ben.join(room);
  await ada.hears([1]);
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
  network?.close();
});

// A page of text, other words each time, and across its middle the number of the slide.
async function show(slide: number): Promise<void> {
  await slides.evaluate(
    ([slide, squares]) => {
      const words = (count: number) =>
        Array.from({ length: count }, (_, i) => ((slide * 7919 + i * 104729) % 99991).toString(36)).join(" ");
      const band = squares.map((white) => `<i style="flex:1;background:${white ? "#fff" : "#000"}"></i>`);
      document.body.style.cssText =
        "margin:0;height:100vh;display:grid;grid-template-rows:1fr 80px 1fr;font:20px serif";
      document.body.innerHTML = `<p>${words(250)}</p><div style="display:flex">${band.join("")}</div><p>${words(250)}</p>`;
    },
    [slide, encode({ camera: kCamera, frame: slide })] as const,
  );
}

async function sees(slide: number): Promise<number> {
  const from = Date.now();
  await until(
    `Ada sees slide ${slide}`,
    () => ada.pictureOf("Ben", "screen"),
    (code) => code?.camera === kCamera && code.frame === slide,
    90_000,
  );
  return (Date.now() - from) / 1_000;
}

const lines = () =>
  ada
    .tile("Ben", "screen")
    .locator("video")
    .evaluate((video: HTMLVideoElement) => video.videoHeight);

it("shows every slide on a weak link", async () => {
  await show(0);
  await ben.byId("share").click();
  await sees(0);
  const whole = await until("the whole screen", lines, (height) => height > 500, 60_000);

  network.limit(adaAt, kWeakKbps);
  const late: number[] = [];
  for (let slide = 1; slide <= 8; ++slide) {
    await show(slide);
    late.push(await sees(slide));
    await new Promise((done) => setTimeout(done, 3_000));
  }
  const weak = await lines();
  await ada.screenshot("room-share-weak");
  await ada.hears([1]);

  network.limit(adaAt, null);
  await until("the whole screen again", lines, (height) => height === whole, 90_000);
  await show(9);
  await sees(9);
  figure(
    `slides of ${whole} lines at ${kWeakKbps} kb/s: ${weak} lines, late by ${late.map((s) => s.toFixed(1)).join(", ")} s`,
  );
  expect(weak).toBeLessThan(whole);
}, 600_000);
