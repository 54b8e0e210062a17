// A finished recording is copied to storage that is not there at first, that hangs in the middle, while the server
// is killed; in the end everything is there as it was here, the list says so, and the tracks here go if wished.

import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { Storage } from "./support/s3.ts";
import { Server } from "./support/server.ts";

const kPatience = 60_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const storage = new Storage();
const folder = mkdtempSync(join(tmpdir(), "parley-e2e-upload-"));
const config = join(folder, "parley.toml");
let server: Server;
let ada: Person;
let token = "";

function configure(keepLocal: boolean): void {
  writeFileSync(
    config,
    `[upload]
url = "${storage.url}"
bucket = "${storage.bucket}"
access_key = "S3RVER"
secret_key = "S3RVER"
part_mb = 5
keep_local = ${keepLocal}
`,
  );
}

beforeAll(async () => {
  configure(true);
  server = await Server.start({ workers: 1, args: ["--config", config] });
  token = await server.host();
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(token);
});

afterAll(async () => {
  await ada?.close();
  await server?.stop();
  storage.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Listed {
  id: string;
  state: string;
  upload?: { state: string; percent?: number; error?: string; local: boolean };
}

async function list(): Promise<Listed[]> {
  const answer = await fetch(`${server.origin}/api/v1/recordings`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await answer.json()) as { recordings: Listed[] }).recordings;
}

const isAt = (id: string, state: string, patience = kPatience) =>
  until(
    `the copy of ${id} is ${state}`,
    async () => (await list()).find((each) => each.id === id)?.upload,
    (upload) => upload?.state === state,
    patience,
  );

const local = (id: string) => join(server.data, "recordings", id);
const tracksOf = (id: string) => readdirSync(local(id)).filter((name) => name.endsWith(".webm"));

async function record(): Promise<string> {
  const before = new Set((await list()).map(({ id }) => id));
  const room = await server.makeRoom("Weekly");
  await ada.page.setViewportSize({ width: 1280, height: 800 });
  await ada.join(room);
  await ada.byId("record").click();
  await ada.byId("record-start").click();
  await ada.byId("recording-mark").waitFor();
  await pause(5_000);
  await ada.byId("record").click();
  await ada.byId("record-stop").click();
  const found = await until(
    "it is finished",
    async () => (await list()).find(({ id, state }) => !before.has(id) && state === "finished"),
    (recording) => recording !== undefined,
  );
  return found?.id ?? "";
}

/** Nothing is missing there, and nothing is other than here. */
function expectCopied(id: string): void {
  const objects = storage.objects(id);
  for (const name of [...tracksOf(id), "recording.json", "timeline-1.jsonl"])
    expect(objects.get(name)?.equals(readFileSync(join(local(id), name))), name).toBe(true);
}

async function showList(name: string): Promise<void> {
  for (const [width, height] of [
    [1280, 800],
    [390, 800],
  ] as const) {
    await ada.page.setViewportSize({ width, height });
    await ada.page.goto(server.origin);
    await ada.byId("recording").first().waitFor();
    await ada.screenshot(`${name}-${width}`);
  }
}

describe("a finished recording", () => {
  let first = "";

  it("waits for storage that does not answer, and the list says so", async () => {
    first = await record();
    const upload = await isAt(first, "retrying");
    expect(upload?.error).toMatch(/connect/i);
    expect(upload?.local).toBe(true);
    await showList("upload-retrying");
  });

  it("is copied as soon as it does, whole", async () => {
    await storage.start();
    await isAt(first, "done");
    expectCopied(first);
    await showList("upload-done");
  });

  it("is copied although storage hangs in the middle and the server is killed", async () => {
    const second = await (async () => {
      storage.pause();
      return record();
    })();
    await isAt(second, "running");
    expect(storage.objects(second).size).toBe(0);
    await server.kill("SIGKILL");
    storage.goOn();
    await server.run();
    await isAt(second, "done");
    expectCopied(second);
  });

  it("is copied in parts where it is large", async () => {
    const large = randomBytes(12 << 20);
    writeFileSync(join(local(first), "1080p.mp4"), large);
    await until(
      "the large file is there",
      async () => storage.objects(first).get("1080p.mp4")?.equals(large),
      (isThere) => isThere === true,
      kPatience,
    );
  });

  it("leaves its tracks to the storage where the operator wishes so", async () => {
    const before = new Map(tracksOf(first).map((name) => [name, readFileSync(join(local(first), name))]));
    configure(false);
    await server.kill("SIGTERM");
    await server.run();
    await until(
      "the tracks are gone from here",
      async () => tracksOf(first),
      (names) => names.length === 0,
    );
    const [moved] = (await list()).filter(({ id }) => id === first);
    expect(moved?.upload).toEqual({ state: "done", local: false });
    for (const [name, bytes] of before)
      expect(storage.objects(first).get(name)?.equals(bytes), name).toBe(true);
    await showList("upload-moved");
    expect(await ada.byId("play-recording").count()).toBe(0);
  });

  it("is deleted from the storage, too, although that does not answer at first", async () => {
    storage.pause();
    await ada.page.goto(server.origin);
    const row = ada.byId("recording").last();
    await row.getByTestId("delete-recording").click();
    await ada.page.locator("dialog .danger").click();
    await until(
      "the list knows nothing of it any more",
      async () => (await list()).some(({ id }) => id === first),
      (isThere) => !isThere,
    );
    expect(storage.objects(first).size).toBeGreaterThan(0);
    await server.kill("SIGKILL");
    storage.goOn();
    await server.run();
    await until(
      "it is gone from the storage",
      async () => storage.objects(first).size,
      (left) => left === 0,
      kPatience,
    );
    await until(
      "nothing is left of it here",
      async () => readdirSync(join(server.data, "recordings")).includes(first),
      (isThere) => !isThere,
    );
    expect((await list()).length).toBe(1);
  });
});
