// A recording of Firefox, and Firefox as the one who plays it, while the meeting runs and afterwards. Firefox
// sends a camera that flashes and a microphone that beeps; Chromium beside it what is known, and a shared tab.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PictureCode } from "./support/code.ts";
import { figure, median } from "./support/figures.ts";
import { Firefox } from "./support/firefox.ts";
import { apart, beepsIn, flashAndBeep, flashesIn, flashesInPage, rhythm } from "./support/flash.ts";
import { colourOf, picturesOf, soundsOf, tonesIn, until } from "./support/measure.ts";
import { output, Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const FOX = "Fox";
/** Two browsers that encode, one that decodes as well, and a server on the tests' machine take their time. */
const kPatience = 60_000;
const kRecordedMs = 14_000;
/** Seconds: a key frame is asked for after ten, and a busy machine sends it later. */
const kMostBetweenKeys = 15;
/** A browser that lacks the processor draws its flash late, and loses some of its sound until its reports say so. */
const kMostApartMs = 400;
const kEveryMs = 1_000 * rhythm[0];

interface Track {
  file: string;
  participant: string;
  kind: string;
  codec: string;
  width: number;
  height: number;
}
interface Manifest {
  duration_us: number;
  tracks: Track[];
  participants: { id: string; name: string }[];
}

let server: Server;
let room: Room;
let ada: Person;
let firefox: Firefox;
let token = "";
let recording = "";
let manifest: Manifest;
/** Seconds of the recording until which Firefox had nothing to do but to meet. */
let alone = 0;

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const directory = () => join(server.data, "recordings", recording);
/** Empty until the recorder has written it. */
const stateOfIt = () => {
  const file = join(directory(), "recording.json");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};
const headers = () => ({ authorization: `Bearer ${token}` });
const path = () => `${server.origin}/api/v1/recordings/${recording}`;
const tile = (name: string, kind = "camera") =>
  `[data-testid=tile][data-name="${name}"][data-kind=${kind}] video`;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  token = await server.host();
  room = await server.makeRoom("Two makes");
  const share = [
    "--auto-accept-camera-and-microphone-capture",
    "--auto-select-tab-capture-source-by-title=Slides",
  ];
  ada = await Person.open({ name: "Ada", person: 1, askPermission: true, args: share });
  await ada.signIn(token);
  const slides = await ada.context.newPage();
  await slides.goto("data:text/html,<title>Slides</title><body style='background:teal'>");
  await ada.join(room);
  firefox = await Firefox.launch();
  await firefox.addInitScript(flashAndBeep, rhythm);
});

afterAll(async () => {
  await firefox?.close();
  await ada?.close();
  await server?.stop();
});

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

const seconds = () =>
  firefox.evaluate(() => Number(document.querySelector<HTMLInputElement>("[data-testid=seek]")?.value));

async function seek(to: number): Promise<void> {
  await firefox.fill("seek", String(to));
  // At the end it has stopped.
  await firefox.evaluate(() => {
    const play = document.querySelector<HTMLElement>("[data-testid=play]");
    if (play?.getAttribute("aria-label") === "Play") play.click();
  });
  await until("it plays on from there", seconds, (at) => at > to && at < to + 30, kPatience);
}

/** Back to there before the recording ends, where nothing plays any more. */
async function playFrom(from: number): Promise<void> {
  const at = await seconds();
  if (at < from || at > manifest.duration_us / 1e6 - 5) await seek(from);
}

/** Ada's picture, and that it moves. */
async function showsAda(from: number | null): Promise<void> {
  const frames = new Set<number>();
  await until(
    "Firefox plays Ada's picture",
    async () => {
      if (from !== null) await playFrom(from);
      return (await picturesOf(firefox, tile("Ada")))[0] ?? null;
    },
    (code: PictureCode | null) => code?.camera === 1 && frames.add(code.frame).size > 2,
    kPatience,
  );
}

async function showsScreen(): Promise<void> {
  await until(
    "Firefox plays the shared screen",
    async () => (await colourOf(firefox, tile("Ada", "screen"))) ?? [],
    ([red = 255, green = 0, blue = 0]) => red < 40 && green > 80 && Math.abs(green - blue) < 40,
    kPatience,
  );
}

function trackOf(name: string, kind: string): Track {
  const id = manifest.participants.find((person) => person.name === name)?.id;
  const track = manifest.tracks.find((track) => track.participant === id && track.kind === kind);
  if (!track) throw new Error(`no ${kind} of ${name} was recorded`);
  return track;
}
const fileOf = (name: string, kind: string) => join(directory(), trackOf(name, kind).file);

function judge(where: string, offsets: readonly number[], mostApartMs = kMostApartMs): void {
  const typical = median(offsets);
  figure(
    `lip sync of Firefox in ${where}: the flash ${typical.toFixed(1)} ms after the beep, median of ` +
      `${offsets.length} (${Math.min(...offsets).toFixed(0)} to ${Math.max(...offsets).toFixed(0)} ms)`,
  );
  expect(offsets.length, where).toBeGreaterThanOrEqual(4);
  expect(Math.abs(typical), where).toBeLessThanOrEqual(mostApartMs);
}

describe("a recording of Firefox", { timeout: 4 * kPatience }, () => {
  it("is made", async () => {
    await firefox.join(room, FOX);
    await until(
      "Ada sees Firefox's picture",
      () => colourOf(ada.page, tile(FOX)),
      (colour) => colour !== null,
      kPatience,
    );
    // Until Firefox plays it: in the mix of the MP4 nothing is heard but the beeps.
    await ada.byId("mic").click();
    await ada.byId("record").click();
    await ada.byId("record-start").click();
    await ada.byId("recording-mark").waitFor();
    recording = readdirSync(join(server.data, "recordings"))[0] ?? "";
    await until(
      "the recorder has begun",
      async () => stateOfIt(),
      (state) => state.includes("started_at_us"),
    );
    await ada.byId("chat").click();
    await ada.byId("chat-input").fill("The flash is the beep");
    await ada.byId("chat-input").press("Enter");
    await pause(kRecordedMs);
    const { started_at_us } = JSON.parse(stateOfIt()) as { started_at_us: number };
    alone = Date.now() / 1_000 - started_at_us / 1e6;
  });

  it("is played by Firefox while it grows", async () => {
    const answer = await fetch(`${path()}/tickets`, { method: "POST", headers: headers() });
    const { ticket } = (await answer.json()) as { ticket: string };
    await ada.byId("mic").click();
    await firefox.openTab();
    await firefox.goto(`${server.origin}/recordings/${recording}#ticket=${ticket}`);
    await firefox.shows("growing");
    await firefox.click("start");
    await showsAda(null);
    await ada.byId("share").click();
    await ada.tile("Ada", "screen").waitFor();
    await until(
      "the page knows of the screen",
      async () => {
        await firefox.click("live");
        return colourOf(firefox, tile("Ada", "screen"));
      },
      (colour) => colour !== null,
      kPatience,
    );
    await showsScreen();
    await showsAda(null);
    await firefox.screenshot(join(output, "firefox-plays-growing.png"));
  });

  it("ends", async () => {
    await ada.byId("share").click();
    await ada.tile("Ada", "screen").waitFor({ state: "detached" });
    await pause(2_000);
    await ada.byId("record").click();
    await ada.byId("record-stop").click();
    await until(
      "it is finished",
      async () => stateOfIt(),
      (state) => state.includes('"finished"'),
      kPatience,
    );
    manifest = (await (await fetch(path(), { headers: headers() })).json()) as Manifest;
    expect(trackOf(FOX, "microphone")).toMatchObject({ codec: "opus" });
    expect(trackOf(FOX, "camera")).toMatchObject({ codec: "vp8" });
  });

  it("has files that other programs find nothing wrong with", () => {
    for (const kind of ["microphone", "camera"]) {
      const file = fileOf(FOX, kind);
      expect(run("ffmpeg", "-v", "error", "-xerror", "-i", file, "-f", "null", "-"), kind).toBe("");
      expect(run("mkvinfo", file), kind).not.toMatch(/error|damaged/i);
      const probe = ["-v", "error", "-show_entries", "packet=pts_time,flags", "-of", "csv=p=0", file];
      const packets = run("ffprobe", ...probe)
        .trim()
        .split("\n")
        .map((line) => line.split(","))
        .map(([time, flags]) => ({ time: Number(time), isKey: flags?.startsWith("K") ?? false }));
      expect(packets.length, kind).toBeGreaterThan(kRecordedMs / 100);
      for (const [index, { time }] of packets.entries())
        expect(time, kind).toBeGreaterThan(packets[index - 1]?.time ?? -1);
      const keys = packets.filter(({ isKey }) => isKey).map(({ time }) => time);
      expect(keys[0], kind).toBe(packets[0]?.time);
      const ends = [...keys.slice(1), packets.at(-1)?.time ?? 0];
      for (const [index, key] of keys.entries())
        expect((ends[index] ?? 0) - key, kind).toBeLessThan(kMostBetweenKeys);
    }
  });

  it("says how large its pictures are", () => {
    const { file, width, height } = trackOf(FOX, "camera");
    const probe = ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0"];
    expect(run("ffprobe", ...probe, join(directory(), file)).trim()).toBe(`${width},${height}`);
    // As the camera's, or smaller where the processor does not do for that.
    expect(width).toBeLessThanOrEqual(320);
    expect(width / height).toBeCloseTo(16 / 9, 1);
  });

  it("has a flash to each beep in its tracks", () => {
    const flashes = flashesIn(fileOf(FOX, "camera")).filter((at) => at < alone);
    judge(
      "the tracks",
      apart(
        beepsIn(fileOf(FOX, "microphone")).filter((at) => at < alone),
        flashes,
      ),
    );
  });

  it("is played by Firefox afterwards", async () => {
    const from = alone + 1;
    await seek(from);
    await showsAda(from);
    await until(
      "Firefox plays Ada's tone",
      async () => {
        await playFrom(from);
        return tonesIn(await soundsOf(firefox, 700, true));
      },
      (tones) => tones.includes(1),
      kPatience,
    );
    await firefox.click("chat");
    await firefox.shows("chat-line");
    await playFrom(from);
    await firefox.click("play");
    await pause(500);
    const stopped = await seconds();
    await pause(1_000);
    expect(await seconds()).toBe(stopped);
    await firefox.fill("speed", "2");
    await firefox.click("play");
    await until(
      "Firefox plays at double speed",
      async () => {
        await playFrom(from);
        return firefox.evaluate(() =>
          [...document.querySelectorAll("audio")].flatMap(({ paused, playbackRate }) =>
            paused ? [] : playbackRate,
          ),
        );
      },
      (rates) => rates.length > 0 && rates.every((rate) => rate > 1.8),
      kPatience,
    );
    await firefox.fill("speed", "1");
    await showsAda(from);
  });

  it("has a flash to each beep in Firefox's page", async () => {
    await seek(1);
    const player = (tag: string, kind: string) => `${tag}[data-file="${trackOf(FOX, kind).file}"]`;
    await until(
      "Firefox plays its own picture",
      () => colourOf(firefox, player("video", "camera")),
      (colour) => colour !== null,
    );
    const flashes = await flashesInPage(
      firefox,
      player("video", "camera"),
      player("audio", "microphone"),
      9_000,
    );
    // A player that lacks the processor shows late what it has, and is not judged by that.
    judge("the page", apart(beepsIn(fileOf(FOX, "microphone")), flashes), kEveryMs / 2);
    await firefox.screenshot(join(output, "firefox-plays.png"));
    await firefox.click("chat");
    await firefox.setViewport(390, 844);
    await pause(1_000);
    await firefox.screenshot(join(output, "firefox-plays-phone.png"));
  });

  it("has a flash to each beep in the MP4", { timeout: 4 * kPatience }, () => {
    const mp4 = join(directory(), "meeting.mp4");
    const compose = join(dirname(server.binary), "parley-compose");
    run(compose, directory(), mp4, "--height", "360", "--priority", "low", "--preset", "superfast");
    expect(run("ffmpeg", "-v", "error", "-xerror", "-i", mp4, "-f", "null", "-")).toBe("");
    // The right one of two tiles.
    const flashes = flashesIn(mp4, "320:180:320:90").filter((at) => at < alone);
    judge("the MP4", apart(beepsIn(mp4), flashes));
  });
});
