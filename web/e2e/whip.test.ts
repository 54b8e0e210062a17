// Other people's clients, with no code of ours: GStreamer's webrtcbin publishes through WHIP (RFC 9725) a
// picture and a tone that a browser must see and hear, and plays through WHEP what a browser sends.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { picture, TONES } from "./support/fixtures.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const script = join(import.meta.dirname, "support/gst.py");
let server: Server;
let room: Room;
let ada: Person;
let publisher: ChildProcess;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Studio");
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.join(room);
});

afterAll(async () => {
  publisher?.kill("SIGKILL");
  await ada?.close();
  await server?.stop();
});

interface Played {
  frames: number;
  codes: { camera: number; frame: number }[];
  samples: number;
  shares: Record<string, number>;
}

function play(url: string, token: string, seconds: number): Promise<Played> {
  const player = spawn("/usr/bin/python3", [script, "whep", url, token, String(seconds)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  player.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((done, fail) => {
    player.once("exit", (code) =>
      code === 0
        ? done(JSON.parse(output.trim().split("\n").at(-1) ?? "") as Played)
        : fail(new Error(`the player ended with ${code}`)),
    );
  });
}

it("plays to a WHEP client what a browser sends", async () => {
  const token = server.token(room, "attendee", "Wall display");
  const played = await play(`${server.origin}/whep/${room.name}`, token, 6);
  expect(played.codes.length).toBeGreaterThan(20);
  expect(played.codes.every(({ camera }) => camera === 0)).toBe(true);
  // The picture moves on: each frame's number is the last one's or follows it closely.
  const steps = played.codes.slice(1).map(({ frame }, i) => (frame - (played.codes[i]?.frame ?? 0)) & 255);
  expect(steps.every((step) => step <= 8)).toBe(true);
  expect(steps.filter((step) => step > 0).length).toBeGreaterThan(15);
  expect(played.shares[String(TONES[0])]).toBeGreaterThan(0.95);
});

it("shows and plays what a WHIP client sends", async () => {
  const token = server.token(room, "panelist", "Studio camera");
  const url = `${server.origin}/whip/${room.name}`;
  publisher = spawn("/usr/bin/python3", [script, "whip", url, token, picture(2), String(TONES[2])], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await ada.sees("Studio camera", 2, 30_000);
  await ada.hears([2]);
  await ada.screenshot("whip");
});
