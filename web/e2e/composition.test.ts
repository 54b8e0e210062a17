// A recorded meeting is made into files through the page: told how far they are, saved by themselves, and
// made all the same when the composer or the whole server is killed meanwhile. What comes out is held to
// independent decoders.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Download } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { output, Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let token = "";
let ada: Person;
let ben: Person;
let recording = "";

const kPatience = 60_000;
/** At the lowest priority, beside browsers. */
const kComposing = 240_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Weekly");
  token = await server.host();
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(token);
  ben = await Person.open({ name: "Ben", person: 1 });
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

const composers = () => server.children("parley-compose");

const path = () => `${server.origin}/api/v1/recordings/${recording}`;
const authorized = (method = "GET") => ({ method, headers: { authorization: `Bearer ${token}` } });

async function seconds(): Promise<number> {
  const manifest = (await (await fetch(path(), authorized())).json()) as { duration_us: number };
  return manifest.duration_us / 1e6;
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** Of another program's opinion: whole, as long as the recording, with what should be in it. */
async function check(file: string, codecs: readonly string[]): Promise<void> {
  const probe = JSON.parse(
    run("ffprobe", "-v", "error", "-show_streams", "-show_format", "-of", "json", file),
  ) as { streams: { codec_name: string }[]; format: { duration: string } };
  expect(probe.streams.map(({ codec_name }) => codec_name).sort()).toEqual(codecs);
  expect(Math.abs(Number(probe.format.duration) - (await seconds()))).toBeLessThan(0.2);
  expect(run("ffmpeg", "-v", "error", "-xerror", "-i", file, "-f", "null", "-")).toBe("");
}

async function pathOf(download: Download, file: string): Promise<string> {
  expect(download.suggestedFilename()).toBe(`Weekly ${file}`);
  return download.path();
}

/** Asks for it in the menu; what the browser saves in the end. */
async function ask(file: string): Promise<{ saved: Promise<string> }> {
  await openMenu();
  const download = ada.page.waitForEvent("download", { timeout: kComposing });
  await ada.byId(`make-${file}`).click();
  return { saved: download.then((each) => pathOf(each, file)) };
}

/** It is being made, and the page says how far. */
async function isUnderWay(file: string): Promise<number> {
  await until(
    "how far it is",
    () => ada.byId(`progress-${file}`).textContent(),
    (text) => /^[1-9]\d?%, \d+:\d\d left$/.test(text ?? ""),
    kPatience,
  );
  const [composer = 0] = composers();
  expect(composer).toBeGreaterThan(0);
  return composer;
}

async function openMenu(): Promise<void> {
  if (!(await ada.byId("download-chat").isVisible())) await ada.byId("download").click();
  await ada.byId("download-chat").waitFor();
}

describe("a recorded meeting", () => {
  it("is recorded", async () => {
    await ada.join(room);
    await ben.join(room);
    await Promise.all([ada.sees("Ben", 1, kPatience), ben.sees("Ada", 0, kPatience)]);
    await ada.byId("record").click();
    await ada.byId("record-start").click();
    await ada.byId("recording-mark").waitFor();
    recording = readdirSync(join(server.data, "recordings"))[0] ?? "";
    await pause(15_000);
    await ada.byId("record").click();
    await ada.byId("record-stop").click();
    await ben.byId("recording-mark").waitFor({ state: "detached" });
    await ben.page.goto("about:blank");
    await until(
      "it is finished",
      async () => readFileSync(join(server.data, "recordings", recording, "recording.json"), "utf8"),
      (state) => state.includes('"finished"'),
    );
  });

  it("becomes an MP4 through the page, which says how far it is", { timeout: kComposing }, async () => {
    await ada.page.goto(`${server.origin}/recordings/${recording}`);
    const { saved } = await ask("720p.mp4");
    await isUnderWay("720p.mp4");
    await ada.screenshot("composition-running");
    const file = await saved;
    await check(file, ["aac", "h264"]);
    const picture = join(output, "composition-picture.png");
    run("ffmpeg", "-v", "error", "-y", "-ss", "8", "-i", file, "-frames:v", "1", picture);
    await ada.byId("done-720p.mp4").waitFor();
    await ada.screenshot("composition-done");
  });

  it("becomes one although the composer is killed", { timeout: kComposing }, async () => {
    const { saved } = await ask("1080p.mp4");
    process.kill(await isUnderWay("1080p.mp4"), "SIGKILL");
    await check(await saved, ["aac", "h264"]);
    expect(server.output).toContain("composer_died");
    await fetch(`${path()}/compositions/1080p.mp4`, authorized("DELETE"));
    await ada.page.reload();
  });

  it("becomes one although the server is killed", { timeout: kComposing }, async () => {
    const { saved } = await ask("1080p.mp4");
    const composer = await isUnderWay("1080p.mp4");
    await server.kill("SIGKILL");
    await until(
      "the composer ends with it",
      async () => existsSync(`/proc/${composer}/exe`),
      (runs) => !runs,
    );
    await server.run();
    await check(await saved, ["aac", "h264"]);
    expect(server.output).toContain("compositions_resumed");
  });

  it("is cancelled without a trace", { timeout: kComposing }, async () => {
    await fetch(`${path()}/compositions/1080p.mp4`, authorized("DELETE"));
    await ada.page.reload();
    await openMenu();
    await ada.byId("make-1080p.mp4").click();
    await isUnderWay("1080p.mp4");
    await ada.byId("cancel-1080p.mp4").click();
    await ada.byId("make-1080p.mp4").waitFor();
    expect(composers()).toEqual([]);
    expect(
      readdirSync(join(server.data, "recordings", recording)).filter((name) => name.startsWith("1080p")),
    ).toEqual([]);
  });

  it("is had as sound alone, as subtitles, as chat, and all at once", { timeout: kComposing }, async () => {
    await check(await (await ask("sound.m4a")).saved, ["aac"]);
    const file = await (await ask("everything.zip")).saved;
    const names = run("python3", "-m", "zipfile", "-l", file);
    expect(run("python3", "-m", "zipfile", "-t", file)).toBe("Done testing");
    for (const name of ["720p.mp4", "sound.m4a", "subtitles.vtt", "chat.txt", "tracks/Ada camera"])
      expect(names).toContain(name);
    const [download] = await Promise.all([
      ada.page.waitForEvent("download"),
      ada.byId("download-subtitles").click(),
    ]);
    expect(readFileSync(await download.path(), "utf8")).toMatch(/^WEBVTT\n[\s\S]*<v (Ada|Ben)>/);
  });

  it("is downloaded from the host's desk too, on a phone", async () => {
    await ada.page.setViewportSize({ width: 390, height: 800 });
    await ada.page.goto(server.origin);
    await ada.byId("recording").waitFor();
    await ada.screenshot("composition-desk-phone");
    await openMenu();
    const link = ada.byId("done-720p.mp4");
    await until(
      "the link has its ticket",
      () => link.getAttribute("href"),
      (href) => /ticket=/.test(href ?? ""),
    );
    await ada.screenshot("composition-desk-menu-phone");
    const [download] = await Promise.all([ada.page.waitForEvent("download"), link.click()]);
    await check(await download.path(), ["aac", "h264"]);
  });
});
