// A meeting is shown live to people who are not in it: on a page of the server, and by RTMP at two servers
// that are ffmpeg's, one of which is killed and started again. The composer and the whole server are killed
// as well. What arrives is held to independent decoders.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decode, type PictureCode, SQUARES } from "./support/code.ts";
import { TONES } from "./support/fixtures.ts";
import { picturesOf, until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { freePorts } from "./support/ports.ts";
import { type Room, Server } from "./support/server.ts";

const folder = mkdtempSync(join(tmpdir(), "parley-live-"));
const kKey = "a-key-that-is-nobody's";
/** Browsers, an encoder and two servers on the tests' machine take their time. */
const kPatience = 120_000;
const kLive = { timeout: 240_000 };
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;
let eve: Person;
let watch = "";
let ports: number[] = [];
const receivers: ChildProcess[] = [];

const address = (port: number) => `rtmp://127.0.0.1:${port}/app/${kKey}`;
const file = (name: string) => join(folder, name);
const size = (path: string) => (existsSync(path) ? statSync(path).size : 0);

/** An RTMP server that writes what it is sent into a file, once. */
function receive(port: number, name: string): ChildProcess {
  const options = ["-v", "error", "-y", "-listen", "1", "-i", address(port)];
  const receiver = spawn(
    "ffmpeg",
    [...options, "-c", "copy", "-flush_packets", "1", "-f", "flv", file(name)],
    { stdio: "ignore" },
  );
  receivers.push(receiver);
  return receiver;
}

function run(command: string, ...args: string[]): string {
  return execFileSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

/** The codes of two pictures a second. */
function codesIn(input: string): (PictureCode | null)[] {
  const [width, height] = [640, 360];
  const filter = `fps=2,scale=${width}:${height}`;
  const options = ["-vf", filter, "-pix_fmt", "gray", "-f", "rawvideo", "-"];
  const pixels = execFileSync("ffmpeg", ["-v", "error", "-i", input, ...options], { maxBuffer: 1 << 28 });
  return Array.from({ length: pixels.length / width / height }, (_, i) => {
    const row = i * width * height + (height / 2) * width;
    const side = width / SQUARES;
    return decode(Array.from({ length: SQUARES }, (_, k) => (pixels[row + (k + 0.5) * side] ?? 0) > 125));
  });
}

/** How much of the sound is the tone: its level over that of everything. */
function shareOfTone(input: string, hertz: number): number {
  const level = (filter: string) => {
    const options = ["-af", `${filter}volumedetect`, "-vn", "-f", "null", "-"];
    const said = execFileSync("sh", ["-c", `ffmpeg -hide_banner -i "$0" "$@" 2>&1`, input, ...options], {
      encoding: "utf8",
    });
    return Number(/mean_volume: (-?[\d.]+) dB/.exec(said)?.[1]);
  };
  return 10 ** ((level(`bandpass=f=${hertz}:width_type=h:w=60,`) - level("")) / 20);
}

function check(input: string): void {
  const streams = run(
    "ffprobe",
    "-v",
    "error",
    "-show_entries",
    "stream=codec_name",
    "-of",
    "csv=p=0",
    input,
  );
  expect(
    streams
      .split("\n")
      .map((line) => line.replace(/,$/, ""))
      .sort(),
  ).toEqual(["aac", "h264"]);
  const codes = codesIn(input);
  const right = codes.filter((code) => code?.camera === 0);
  expect(right.length).toBeGreaterThan(codes.length / 2);
  expect(new Set(right.map((code) => code?.frame)).size).toBeGreaterThan(2);
  expect(shareOfTone(input, TONES[0])).toBeGreaterThan(0.5);
}

beforeAll(async () => {
  ports = [freePorts(), freePorts()];
  const config = join(folder, "parley.toml");
  writeFileSync(
    config,
    '[live]\nhls = true\nrtmp_hosts = ["127.0.0.1"]\nprivate_addresses = true\nheight = 360\n',
  );
  server = await Server.start({ workers: 2, args: ["--config", config] });
  room = await server.makeRoom("Weekly");
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(await server.host());
  ben = await Person.open({ name: "Ben" });
  eve = await Person.open({ name: "Eve", viewport: { width: 1280, height: 800 } });
}, 120_000);

afterAll(async () => {
  for (const receiver of receivers) receiver.kill("SIGKILL");
  await Promise.all([ada, ben, eve].map((person) => person?.close()));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Broadcast {
  state?: string;
  watch?: string;
  targets?: { state: string }[];
}

async function state(): Promise<Broadcast> {
  const response = await fetch(`${server.origin}/api/v1/rooms/${room.name}/broadcast`, {
    headers: { authorization: `Bearer ${await server.host()}` },
  });
  return (await response.json()) as Broadcast;
}

const isAllLive = ({ state, targets }: Broadcast) =>
  state === "live" && targets !== undefined && targets.every((target) => target.state === "live");

async function eveSees(): Promise<void> {
  const selector = "[data-testid=live-video]";
  const see = async () => (await picturesOf(eve.page, selector))[0] ?? null;
  const first = await until("Eve sees Ada's camera", see, (code) => code?.camera === 0, kPatience);
  const moves = (code: PictureCode | null) => code?.camera === 0 && code.frame !== first?.frame;
  await until("her picture moves", see, moves, kPatience);
}

describe("a meeting that is shown live", () => {
  it("begins at the host's word, and everybody is told", kLive, async () => {
    await ada.join(room);
    await ben.join(room);
    await ben.sees("Ada", 0, kPatience);
    receive(ports[0] ?? 0, "first.flv");
    receive(ports[1] ?? 0, "killed.flv");
    await ada.byId("more").click();
    await ada.byId("broadcast-start").click();
    await ada.byId("broadcast-targets").fill(ports.map(address).join("\n"));
    await ada.screenshot("broadcast-dialog");
    await ada.byId("broadcast-go").click();
    await ben.byId("broadcast-mark").waitFor();
    await ben.byId("recording-mark").waitFor();
    const live = await until("all is live", state, isAllLive, kPatience);
    watch = live.watch ?? "";
    expect(watch).toMatch(/^\/live\/l[a-z2-7]{24}$/);
    await ada.byId("broadcast-mark").click();
    await ada.byId("broadcast-target").first().waitFor();
    await ada.screenshot("broadcast-host");
    await ada.page.keyboard.press("Escape");
    await ben.byId("broadcast-mark").click();
    expect(await ben.byId("broadcast-target").count()).toBe(0);
    await ben.screenshot("broadcast-room");
    await ben.page.keyboard.press("Escape");
  });

  it("is seen on the server's page by whoever has the address", kLive, async () => {
    await eve.page.goto(`${server.origin}${watch}`);
    await eve.byId("live-state").waitFor({ timeout: kPatience });
    await eveSees();
    await eve.screenshot("live-page");
    await eve.page.setViewportSize({ width: 390, height: 844 });
    await pause(500);
    await eve.screenshot("live-page-phone");
    await eve.page.setViewportSize({ width: 1280, height: 800 });
    const playlist = `${server.origin}${watch}/live.m3u8`;
    const response = await fetch(playlist);
    expect(response.headers.get("cache-control")).toBe("public, max-age=1");
    const copy = file("copy.mp4");
    run(
      "ffmpeg",
      "-v",
      "error",
      "-y",
      "-live_start_index",
      "0",
      "-t",
      "8",
      "-i",
      playlist,
      "-c",
      "copy",
      copy,
    );
    check(copy);
    const other = await fetch(`${server.origin}/live/l${"a".repeat(24)}/live.m3u8`);
    expect(other.status).toBe(404);
  });

  it("goes on at one server while the other is killed, and there when it is back", kLive, async () => {
    const [, killed] = receivers;
    await until(
      "it arrives",
      () => Promise.resolve(size(file("killed.flv"))),
      (bytes) => bytes > 50_000,
      kPatience,
    );
    killed?.kill("SIGKILL");
    await until(
      "the host is told",
      state,
      ({ state, targets }) => state === "live" && targets?.[1]?.state === "reconnecting",
      kPatience,
    );
    receive(ports[1] ?? 0, "second.flv");
    await until("all is live again", state, isAllLive, kPatience);
  });

  it("goes on when the composer is killed", kLive, async () => {
    const [first = 0] = server.children("parley-compose");
    process.kill(first, "SIGKILL");
    await until(
      "another one composes",
      () => Promise.resolve(server.children("parley-compose")),
      (found) => found.length === 1 && found[0] !== first,
      kPatience,
    );
    await until("all is live again", state, isAllLive, kPatience);
    await pause(8_000);
    await eveSees();
  });

  it("goes on when the server is killed and started again", kLive, async () => {
    const live = join(server.data, "live");
    const [before] = readdirSync(live);
    expect(server.output).not.toContain(kKey);
    await server.kill("SIGKILL");
    check(file("first.flv"));
    check(file("second.flv"));
    receive(ports[0] ?? 0, "third.flv");
    receive(ports[1] ?? 0, "fourth.flv");
    await server.run();
    const again = await until("all is live again", state, isAllLive, kPatience);
    expect(again.watch).toBe(watch);
    expect(readdirSync(live)).toEqual([before]);
    await pause(6_000);
    await eve.page.reload();
    await eveSees();
  });

  it("ends at the host's word", kLive, async () => {
    await ada.byId("more").click();
    await ada.byId("broadcast-stop").click();
    await ben.byId("broadcast-mark").waitFor({ state: "detached" });
    await eve.byId("problem").waitFor({ timeout: kPatience });
    expect((await state()).state).toBeUndefined();
    await until(
      "its processes are gone",
      () => Promise.resolve([...server.children("parley-compose"), ...server.children("parley-push")]),
      (left) => left.length === 0,
      kPatience,
    );
    check(file("third.flv"));
    check(file("fourth.flv"));
  });

  it("tells the key nobody", () => {
    expect(server.output).not.toContain(kKey);
    const recordings = join(server.data, "recordings");
    for (const name of readdirSync(recordings)) {
      expect(readFileSync(join(recordings, name, "timeline-1.jsonl"), "utf8")).not.toContain(kKey);
    }
  });
});
