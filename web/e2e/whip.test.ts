// Other people's clients, with no code of ours: GStreamer's webrtcbin publishes through WHIP (RFC 9725) a
// picture and a tone that a browser must see and hear.

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, it } from "vitest";
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
