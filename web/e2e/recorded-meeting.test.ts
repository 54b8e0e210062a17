// A minute of a meeting of three whose packets are lost on their way: one comes late, the speaker changes as
// people mute themselves, and one shares a tab. What was seen and heard live is held against what the stored
// tracks, the MP4 and the page that plays the recording show and play at those times. Needs root for the
// namespaces.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { decode, SQUARES } from "./support/code.ts";
import { figure, median } from "./support/figures.ts";
import { TONES } from "./support/fixtures.ts";
import { colourOf, soundsOf, tonesIn, until } from "./support/measure.ts";
import { Network } from "./support/netns.ts";
import { output, Person } from "./support/person.ts";
import { Server } from "./support/server.ts";
import { amplitudeAt } from "./support/sound.ts";

const kPatience = 60_000;
const kLostPercent = 5;
/** A third of a second of pictures: an MP4 of a busy machine has every third, and a page is late. */
const kMostFramesOff = 10;
/** What is seen live is seen a little after it was sent, up to a second on a busy machine. */
const kMostFramesLate = 30;
const kFrameRate = 30;
const kNames = ["Ada", "Ben", "Cleo"] as const;

/** What one camera showed at a time of the recording, in seconds. */
interface Sight {
  at: number;
  camera: number;
  frame: number;
}
/** While nothing changed: from when to when, who was seen and whose tones were heard. */
interface Span {
  from: number;
  to: number;
  cameras: readonly number[];
  tones: readonly number[];
}
interface Track {
  file: string;
  kind: string;
  participant: string;
  start_us: number;
}

let network: Network;
let server: Server;
const people: Person[] = [];
let recording = "";
let startedAt = 0;
const sights: Sight[] = [];
const spans: Span[] = [];
/** Of the stored cameras. */
const stored: Sight[] = [];

const now = () => (Date.now() - startedAt) / 1_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const directory = () => join(server.data, "recordings", recording);
const middle = ({ from, to }: Span) => (from + to) / 2;
const person = (index: number) => people[index] as Person;

beforeAll(async () => {
  network = new Network();
  server = await Server.start({ netns: network.server, address: network.serverIp, workers: 2 });
  const share = [
    "--auto-accept-camera-and-microphone-capture",
    "--auto-select-tab-capture-source-by-title=Slides",
  ];
  for (const [index, name] of kNames.entries()) {
    const { netns } = network.client();
    const shares = name === "Ben" && { askPermission: true, args: share };
    people.push(await Person.open({ name, person: index, netns, ...shares }));
  }
  await person(0).signIn(await server.host());
  const slides = await person(1).context.newPage();
  await slides.goto("data:text/html,<title>Slides</title><body style='background:teal'>");
});

// What does not show or play as it should is kept, to be looked at.
afterEach(({ task }) => {
  if (task.result?.state !== "fail" || !recording) return;
  const kept = join(output, "recorded-meeting");
  cpSync(directory(), kept, { recursive: true });
  writeFileSync(join(kept, "spans.json"), JSON.stringify({ spans, sights }));
});

afterAll(async () => {
  await Promise.all(people.map((each) => each.close()));
  await server?.stop();
  network?.close();
});

function run(command: string, ...args: string[]): Buffer {
  return execFileSync(command, args, { maxBuffer: 1 << 28, stdio: ["ignore", "pipe", "pipe"] });
}

/** For so long nothing changes; meanwhile what each camera shows is noted, as somebody else sees it. */
async function live(seconds: number, cameras: readonly number[], tones: readonly number[]): Promise<void> {
  // Of what has just been done, the last packets are still on their way.
  await pause(1_000);
  const from = now();
  while (now() < from + seconds) {
    for (const camera of cameras) {
      const before = now();
      const code = await person(camera === 0 ? 1 : 0).pictureOf(kNames[camera] ?? "");
      if (code?.camera === camera && now() - before < 0.2)
        sights.push({ at: (before + now()) / 2, camera, frame: code.frame });
    }
    await pause(400);
  }
  spans.push({ from, to: now(), cameras, tones });
}

/** Frames from one number to another, of cameras that count to 256. */
const framesBetween = (a: number, b: number) => ((b - a + 128) & 255) - 128;

/** Frames by which what is shown differs from what a camera should show; nothing to compare with: null. */
function framesOff(known: readonly Sight[], shown: Sight): number | null {
  const [near] = known
    .filter(({ camera, at }) => camera === shown.camera && Math.abs(at - shown.at) < 1)
    .sort((a, b) => Math.abs(a.at - shown.at) - Math.abs(b.at - shown.at));
  if (!near) return null;
  return framesBetween(near.frame + Math.round((shown.at - near.at) * kFrameRate), shown.frame);
}

/**
 * What every picture of a file shows where tiles may begin, in pixels of it made `width` wide, of which a tile has
 * 160.
 */
function sightsIn(file: string, width: number, corners: readonly (readonly [number, number])[]): Sight[] {
  const probe = ["-v", "error", "-select_streams", "v", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const times = run("ffprobe", ...probe, file)
    .toString()
    .trim()
    .split("\n")
    .map(Number.parseFloat)
    .sort((a, b) => a - b);
  const height = (width * 9) / 16;
  const raw = run(
    ...(["ffmpeg", "-v", "error", "-i", file, "-an", "-fps_mode", "passthrough"] as const),
    ...["-vf", `scale=${width}:${height}:flags=area`, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
  );
  return times.flatMap((at, index) =>
    corners.flatMap(([left, top]) => {
      const row = index * width * height + (top + 45) * width + left;
      const squares = Array.from({ length: SQUARES }, (_, i) => (raw[row + 10 * i + 5] ?? 0) > 125);
      const code = decode(squares);
      return code && code.camera < kNames.length ? [{ at, ...code }] : [];
    }),
  );
}

/** The tones in a second of sound around then, in most of its tenths: what is slewed or has a seam keeps no phase. */
function tonesAt(file: string, at: number): number[] {
  const rate = 16_000;
  const raw = run(
    ...(["ffmpeg", "-v", "error", "-ss", (at - 0.5).toFixed(3), "-t", "1", "-i", file, "-vn"] as const),
    ...["-ac", "1", "-ar", String(rate), "-f", "s16le", "-"],
  );
  const samples = new Int16Array(raw.buffer, raw.byteOffset, Math.floor(raw.length / 2));
  const tenths = Array.from({ length: 10 }, (_, i) =>
    samples.subarray((i * rate) / 10, ((i + 1) * rate) / 10),
  );
  return kNames.flatMap((_, index) =>
    median(tenths.map((tenth) => amplitudeAt(tenth, rate, TONES[index] ?? 0))) > 0.01 ? [index] : [],
  );
}

function judge(where: string, offsets: readonly (number | null)[], mostOff: number): void {
  const read = offsets.filter((offset) => offset !== null);
  const far = read.map(Math.abs).sort((a, b) => a - b)[Math.floor(read.length * 0.9)];
  figure(
    `recorded meeting in ${where}: ${read.length} of ${offsets.length} pictures compared, ` +
      `median ${median(read)} frames off, nine of ten at most ${far}`,
  );
  expect(read.length, where).toBeGreaterThan(offsets.length * 0.6);
  expect(Math.abs(median(read)), where).toBeLessThanOrEqual(mostOff);
}

/** Has the page that plays go there, unless it is there already. */
async function playWithin(span: Span): Promise<void> {
  const seek = person(0).byId("seek");
  const position = async () => Number.parseFloat(await seek.inputValue());
  const isThere = (at: number) => at > middle(span) - 1.5 && at < span.to - 1;
  if (isThere(await position())) return;
  await seek.fill((middle(span) - 1).toFixed(2));
  await until(`the page plays what was from ${span.from} on`, position, isThere, kPatience);
}

/** The next picture that somebody's camera shows in the page, and what time of the recording it is of. */
async function sightInPage(name: string): Promise<Sight | null> {
  const shown = await person(0).page.evaluate(
    ([tile, count]) =>
      new Promise<{ at: number; squares: boolean[] } | null>((done) => {
        const videos = [...document.querySelectorAll<HTMLVideoElement>(`${tile} video`)];
        const video = videos.find((each) => !each.paused && !each.seeking && each.readyState >= 2);
        if (!video) return done(null);
        setTimeout(() => done(null), 1_000);
        video.requestVideoFrameCallback((_, { mediaTime, width, height }) => {
          const canvas = new OffscreenCanvas(width, height);
          const pen = canvas.getContext("2d");
          pen?.drawImage(video, 0, 0);
          const squares = Array.from({ length: count }, (_, i) => {
            const x = Math.floor(((i + 0.5) * width) / count);
            return (pen?.getImageData(x, Math.floor(height / 2), 1, 1).data[0] ?? 0) > 125;
          });
          done({ at: mediaTime, squares });
        });
      }),
    [`[data-testid=tile][data-name="${name}"][data-kind=camera]`, SQUARES] as const,
  );
  const code = shown && decode(shown.squares);
  return code && { at: shown.at, ...code };
}

async function finished(): Promise<void> {
  await until(
    "the recording is finished",
    async () => readFileSync(join(directory(), "recording.json"), "utf8"),
    (state) => state.includes('"finished"'),
    kPatience,
  );
}

describe("a meeting of three on a lossy network", () => {
  it("is recorded for a minute", { timeout: 240_000 }, async () => {
    const [ada, ben, cleo] = [person(0), person(1), person(2)];
    const room = await server.makeRoom("Weekly");
    await ada.join(room);
    await ben.join(room);
    await ada.sees("Ben", 1, kPatience);
    await ben.sees("Ada", 0, kPatience);
    network.lose(network.server, kLostPercent);
    await ada.byId("record").click();
    await ada.byId("record-start").click();
    await ada.byId("recording-mark").waitFor();
    const state = await until(
      "the recorder has begun",
      async () => {
        recording = readdirSync(join(server.data, "recordings"))[0] ?? "";
        const name = readdirSync(directory()).find((each) => each === "recording.json");
        return name ? readFileSync(join(directory(), name), "utf8") : "";
      },
      (text) => text.includes("started_at_us"),
    );
    startedAt = (JSON.parse(state) as { started_at_us: number }).started_at_us / 1_000;
    await live(10, [0, 1], [0, 1]);
    await cleo.join(room);
    await ada.sees("Cleo", 2, kPatience);
    await live(9, [0, 1, 2], [0, 1, 2]);
    await ada.byId("mic").click();
    await ben.byId("mic").click();
    await live(8, [0, 1, 2], [2]);
    await ben.byId("mic").click();
    await cleo.byId("mic").click();
    await live(8, [0, 1, 2], [1]);
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor();
    await live(8, [], [1]);
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor({ state: "detached" });
    await ada.byId("mic").click();
    await cleo.byId("mic").click();
    await live(8, [0, 1, 2], [0, 1, 2]);
    // A second time: in between the screen was not to be seen.
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor();
    await pause(3_000);
    await ada.byId("record").click();
    await ada.byId("record-stop").click();
    await finished();
    expect(now()).toBeGreaterThan(55);
    await Promise.all([ben, cleo].map(({ page }) => page.close()));
  });

  it("has files that other programs find nothing wrong with", () => {
    const files = readdirSync(directory()).filter((name) => name.endsWith(".webm"));
    // Three cameras, three microphones and a screen, twice.
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const name of files) {
      const file = join(directory(), name);
      expect(run("ffmpeg", "-v", "error", "-xerror", "-i", file, "-f", "null", "-").toString(), name).toBe(
        "",
      );
      expect(run("mkvinfo", file).toString(), name).not.toMatch(/error|damaged/i);
    }
  });

  it("is stored as it was seen", async () => {
    const headers = ["-H", `Authorization: Bearer ${await server.host()}`];
    const url = `${server.origin}/api/v1/recordings/${recording}`;
    const manifest = run("ip", "netns", "exec", network.server, "curl", "-sfk", ...headers, url);
    const { tracks } = JSON.parse(manifest.toString()) as { tracks: Track[] };
    for (const { file } of tracks.filter(({ kind }) => kind === "camera"))
      stored.push(...sightsIn(join(directory(), file), 160, [[0, 0]]));
    judge(
      "the tracks",
      sights.map((sight) => framesOff(stored, sight)),
      kMostFramesLate,
    );
  });

  it("shows and plays the same as MP4", { timeout: 180_000 }, () => {
    const mp4 = join(directory(), "meeting.mp4");
    // As the server starts it, but smaller and without waiting for a machine that has nothing else to do.
    const compose = join(dirname(server.binary), "parley-compose");
    run(compose, directory(), mp4, "--height", "360", "--priority", "low", "--preset", "superfast");
    expect(run("ffmpeg", "-v", "error", "-xerror", "-i", mp4, "-f", "null", "-").toString()).toBe("");
    // Galleries of two and of three.
    const corners = [
      [0, 45],
      [160, 45],
      [0, 0],
      [160, 0],
      [80, 90],
    ] as const;
    const shown = sightsIn(mp4, 320, corners);
    const within = shown.filter(({ at }) => spans.some(({ from, to }) => at > from && at < to));
    judge(
      "the MP4",
      within.map((sight) => framesOff(stored, sight)),
      kMostFramesOff,
    );
    for (const span of spans) {
      const cameras = [
        ...new Set(shown.filter(({ at }) => at > span.from && at < span.to).map(({ camera }) => camera)),
      ].sort();
      if (span.cameras.length > 0) expect(cameras, `from ${span.from}`).toEqual(span.cameras);
      expect(tonesAt(mp4, middle(span)), `from ${span.from}`).toEqual(span.tones);
    }
    const shared = spans.find(({ cameras }) => cameras.length === 0);
    const at = (shared ? middle(shared) : 0).toFixed(2);
    mkdirSync(output, { recursive: true });
    run("ffmpeg", "-v", "error", "-y", "-ss", at, "-i", mp4, "-frames:v", "1", join(output, "shared.png"));
  });

  it("says who spoke when", () => {
    const vtt = join(directory(), "speakers.vtt");
    run(join(dirname(server.binary), "parley-compose"), directory(), vtt);
    const alone = spans.filter(({ tones }) => tones.length === 1);
    expect(alone.length).toBeGreaterThan(0);
    const cues = readFileSync(vtt, "utf8")
      .split("\n\n")
      .flatMap((cue) => {
        const [, from, to, name] = /([\d:.]+) --> ([\d:.]+)[^\n]*\n<v ([^>]+)>/.exec(cue) ?? [];
        const seconds = (time = "") => time.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
        return name ? [{ from: seconds(from), to: seconds(to), name }] : [];
      });
    for (const span of alone) {
      const speakers = cues.filter(({ from, to }) => from <= middle(span) && middle(span) < to);
      expect(
        speakers.map(({ name }) => name),
        `from ${span.from}`,
      ).toEqual(span.tones.map((index) => kNames[index]));
    }
  });

  it("shows and plays the same in the page", { timeout: 180_000 }, async () => {
    const ada = person(0);
    await ada.page.goto(`${server.origin}/recordings/${recording}`);
    await ada.byId("start").click();
    await ada.tile("Ben").waitFor();
    const offsets: (number | null)[] = [];
    for (const span of spans.filter(({ cameras }) => cameras.length > 0)) {
      for (const camera of span.cameras) {
        const shown = await until(
          `the page shows camera ${camera} from ${span.from} on`,
          async () => {
            await playWithin(span);
            return sightInPage(kNames[camera] ?? "");
          },
          (sight) => sight?.camera === camera && sight.at > span.from && sight.at < span.to,
          kPatience,
        );
        offsets.push(shown && framesOff(stored, shown));
      }
      await until(
        `the page plays the tones from ${span.from} on`,
        async () => {
          await playWithin(span);
          return tonesIn(await soundsOf(ada.page, 700, true)).join();
        },
        (tones) => tones === span.tones.join(),
        kPatience,
      );
    }
    // Nothing moves on the screen that was shared, so that its pictures are a second apart.
    for (const span of spans.filter(({ cameras }) => cameras.length === 0)) {
      await until(
        `the page shows the screen that was shared from ${span.from} on`,
        async () => {
          await playWithin(span);
          const screen = "[data-testid=tile][data-name=Ben][data-kind=screen] video";
          return (await colourOf(ada.page, screen)) ?? [];
        },
        ([red = 255, green = 0, blue = 0]) => red < 40 && green > 80 && Math.abs(green - blue) < 40,
        kPatience,
      );
    }
    await ada.screenshot("recorded-meeting");
    judge("the page", offsets, kMostFramesOff);
    // Its last pictures are a second apart, and none comes behind them.
    if ((await ada.byId("play").getAttribute("aria-label")) === "Pause") await ada.byId("play").click();
    await ada.byId("seek").fill((Number(await ada.byId("seek").getAttribute("max")) - 0.3).toFixed(2));
    await until(
      "the page shows the last picture of the screen",
      () =>
        ada
          .tile("Ben", "screen")
          .locator("video")
          .evaluateAll((videos) =>
            videos.map((video) => video instanceof HTMLVideoElement && !video.seeking && video.readyState),
          ),
      ([state]) => Number(state) >= 2,
      kPatience,
    );
  });
});
