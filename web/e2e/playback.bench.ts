// What playing a long recording costs in Chromium: an hour of ten people beside a minute of them, and an hour
// whose key frames are as rare as browsers send them unasked. Prints figures, and writes rows for
// `bench/run playback`, whose program writes the recordings.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CDPSession } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import { benchRow, median } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

const kPlayMs = 10_000;
const kSeeks = 10;
/** Seconds at the end that nothing is sought in. */
const kEnd = 20;
const kRecordings = [
  { id: "raaaaaaaaaaaaaaam", name: "1 min of 10", seconds: 60, keys: 10 },
  { id: "raaaaaaaaaaaaaaah", name: "1 h of 10", seconds: 3_600, keys: 10 },
  { id: "raaaaaaaaaaaaaaal", name: "1 h of 10, a key frame in 100 s", seconds: 3_600, keys: 100 },
] as const;
const recordings = process.env.PARLEY_BENCH_QUICK ? kRecordings.slice(0, 1) : kRecordings;

let server: Server;

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  for (const { id, seconds, keys } of recordings) {
    const where = join(server.data, "recordings", id);
    const maker = process.env.PARLEY_MEETING_MAKER ?? "meeting_maker";
    execFileSync(maker, [where, "--seconds", `${seconds}`, "--key-interval", `${keys}`]);
  }
});

afterAll(() => server?.stop());

async function browserOf({ context }: Person): Promise<CDPSession> {
  const browser = context.browser();
  if (!browser) throw new Error("there is no browser");
  return browser.newBrowserCDPSession();
}

/** Seconds of processor that all of the browser has used, and megabytes of the process that has the page. */
async function processesOf(debug: CDPSession) {
  const { processInfo } = await debug.send("SystemInfo.getProcessInfo");
  const pages = processInfo.filter(({ type }) => type === "renderer");
  const memory = pages.map(({ id }) => {
    const [, kilobytes = 0] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8")) ?? [];
    return Number(kilobytes) / 1_024;
  });
  return { cpu: processInfo.reduce((all, { cpuTime }) => all + cpuTime, 0), megabytes: Math.max(...memory) };
}

async function heapOf(person: Person): Promise<number> {
  const debug = await person.context.newCDPSession(person.page);
  await debug.send("HeapProfiler.collectGarbage");
  const { usedSize } = await debug.send("Runtime.getHeapUsage");
  await debug.detach();
  return usedSize / 2 ** 20;
}

/** Milliseconds from the slider's move until all sound and one picture play there, and until every picture that is on moves. */
async function seek(person: Person, to: number): Promise<{ plays: number; all: number }> {
  return person.byId("seek").evaluate(async (slider: HTMLInputElement, to) => {
    const began = performance.now();
    slider.value = String(to);
    slider.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const shown = (player: HTMLMediaElement) =>
      player instanceof HTMLVideoElement
        ? player.getVideoPlaybackQuality().totalVideoFrames
        : player.currentTime;
    const first = new Map<HTMLMediaElement, number>();
    let plays = 0;
    while (performance.now() - began < 60_000) {
      const players = [
        ...document.querySelectorAll<HTMLMediaElement>("[data-testid=tile] video, body > audio"),
      ];
      for (const player of players) {
        const isThere = !player.seeking && Math.abs(player.currentTime - to) < 30;
        if (isThere && !player.paused && !first.has(player)) first.set(player, shown(player));
      }
      const moves = (player: HTMLMediaElement) =>
        shown(player) > (first.get(player) ?? Number.POSITIVE_INFINITY);
      const isPicture = (player: HTMLMediaElement) => player instanceof HTMLVideoElement;
      const hasSound = players.filter((player) => !isPicture(player)).every(moves);
      if (hasSound && players.filter(isPicture).some(moves)) plays ||= performance.now() - began;
      if (plays && players.every(moves)) break;
      await new Promise((done) => setTimeout(done, 10));
    }
    return { plays, all: performance.now() - began };
  }, to);
}

const picturesShown = (person: Person) =>
  person.page
    .locator("[data-testid=tile] .playback-picture:not([hidden]) video")
    .evaluateAll((videos) => videos.length);

describe("the page of a recording", () => {
  it.each(recordings)("plays $name", async ({ id, name, seconds }) => {
    const row = (metric: string, value: number, unit: string) =>
      benchRow("playback", name, metric, value, unit);
    const ada = await Person.open({ name: "Ada", viewport: { width: 1600, height: 1000 } });
    try {
      await ada.signIn(await server.host());
      await ada.page.goto(`${server.origin}/`);
      let fetched = 0;
      ada.page.on("response", (response) => {
        if (response.url().includes("/files/")) fetched += Number(response.headers()["content-length"] ?? 0);
      });
      const debug = await browserOf(ada);
      const began = Date.now();
      await ada.page.goto(`${server.origin}/recordings/${id}`, { waitUntil: "commit" });
      await until(
        "a picture is there",
        () => picturesShown(ada),
        (shown) => shown > 0,
      );
      row("link to first picture", Date.now() - began, "ms");
      await ada.byId("layout").click();
      const pressed = Date.now();
      await until(
        "all are there",
        () => picturesShown(ada),
        (shown) => shown === 10,
      );
      row("gallery to ten pictures", Date.now() - pressed, "ms");

      const idle = await processesOf(debug);
      await ada.byId("start").click();
      await new Promise((done) => setTimeout(done, kPlayMs));
      const played = await processesOf(debug);
      row("CPU while it plays", (100 * (played.cpu - idle.cpu)) / (kPlayMs / 1_000), "%");
      row("JS heap, played", await heapOf(ada), "MB");
      row("page's process, played", played.megabytes, "MB");

      const took: { plays: number; all: number }[] = [];
      fetched = 0;
      for (let i = 0; i < kSeeks; i++) {
        // Golden ratio: anywhere, and the same in each run.
        took.push(await seek(ada, ((0.37 + i * 0.618_034) % 1) * (seconds - kEnd)));
        await new Promise((done) => setTimeout(done, 1_000));
      }
      for (const [what, times] of [
        ["seek until it plays", took.map(({ plays }) => plays)],
        ["seek until all move", took.map(({ all }) => all)],
      ] as const) {
        row(`${what}, median`, median(times), "ms");
        row(`${what}, worst`, Math.max(...times), "ms");
      }
      row("fetched for a seek", fetched / kSeeks / 2 ** 20, "MB");
      row("JS heap, sought", await heapOf(ada), "MB");
      row("page's process, sought", (await processesOf(debug)).megabytes, "MB");
    } finally {
      await ada.close();
    }
  });
});
