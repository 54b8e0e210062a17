// How long a person waits, on a quiet machine over loopback: link opened → page usable, Join pressed →
// first remote frame. Printed, not asserted.

import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { figure, median } from "./support/figures.ts";
import { kPhases, notePhases, phasesOf } from "./support/join-phases.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Figures");
  ada = await Person.open({ name: "Ada", person: 0 });
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.context.addInitScript(notePhases);
  await ada.join(room);
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

// From the press to the first presented frame of the other's camera, by the page's own clock.
async function timeToFirstFrame(): Promise<number> {
  return ben.page.evaluate(async () => {
    const began = performance.now();
    document.querySelector<HTMLElement>("[data-testid=join]")?.click();
    for (;;) {
      const video = document.querySelector<HTMLVideoElement>(
        '[data-testid=tile][data-name="Ada"][data-kind=camera] video',
      );
      if (video && video.getVideoPlaybackQuality().totalVideoFrames > 0) return performance.now() - began;
      await new Promise((done) => setTimeout(done, 4));
    }
  });
}

// Milliseconds of processor that the page's main thread has used: says more than the clock on a busy machine.
async function cpuOf(page: Page): Promise<() => Promise<number>> {
  const debug = await page.context().newCDPSession(page);
  await debug.send("Performance.enable", { timeDomain: "threadTicks" });
  return async () => {
    const { metrics } = await debug.send("Performance.getMetrics");
    return 1_000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0);
  };
}

it("measures a person's way into the room", async () => {
  const usable: number[] = [];
  const joined: number[] = [];
  const busy: number[] = [];
  const cpu = await cpuOf(ben.page);
  const phases: Awaited<ReturnType<typeof phasesOf>>[] = [];
  for (let round = 0; round < 7; round++) {
    await ben.page.goto("about:blank"); // the same address with another fragment would not load anew
    const began = Date.now();
    await ben.page.goto(room.url, { waitUntil: "commit" });
    await ben.byId("name").waitFor();
    usable.push(Date.now() - began);
    await ben.byId("name").fill("Ben");
    await new Promise((done) => setTimeout(done, 1500)); // looks at the preview
    const before = await cpu();
    joined.push(await timeToFirstFrame());
    busy.push((await cpu()) - before);
    phases.push(await phasesOf(ben.page));
    await ben.byId("leave").click();
    await ben.byId("again").waitFor();
  }
  const row = (values: number[]) => `${Math.round(median(values))} ms of ${values.map(Math.round).join(" ")}`;
  figure(`link opened → page usable: ${row(usable)} (target 500)`);
  figure(`Join pressed → first remote frame: ${row(joined)} (target 250)`);
  figure(`  page's main thread busy meanwhile: ${row(busy)}`);
  for (const phase of kPhases) {
    const times = phases.flatMap((one) => one[phase] ?? []);
    figure(`  ${phase}: ${times.length > 0 ? row(times) : "not seen"}`);
  }
  expect(joined).toHaveLength(7);
});
