// Two people are recorded; the recorder is killed in the middle; what is there afterwards is held to an
// independent decoder, and played by the page.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;
let recording = "";

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Weekly");
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(await server.host());
  ben = await Person.open({ name: "Ben", person: 1 });
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

const recorders = () => server.children("parley-recorder");

function directory(): string {
  return join(server.data, "recordings", recording);
}

function state(): { state: string; segments: number } {
  return JSON.parse(readFileSync(join(directory(), "recording.json"), "utf8"));
}

/** Four encoders and a recorder on the tests' machine take their time. */
const kPatience = 60_000;
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe("a recorded meeting", () => {
  it("is recorded at the host's word, and everybody is told", async () => {
    await ada.join(room);
    await ben.join(room);
    await Promise.all([ada.sees("Ben", 1, kPatience), ben.sees("Ada", 0, kPatience)]);
    await ada.byId("record").click();
    await ada.byId("record-start").click();
    await ada.byId("recording-mark").waitFor();
    await ben.byId("recording-mark").waitFor();
    await until(
      "a recorder runs",
      () => Promise.resolve(recorders()),
      (found) => found.length === 1,
    );
    recording = readdirSync(join(server.data, "recordings"))[0] ?? "";
    expect(recording).toMatch(/^r[a-z2-7]{16}$/);
  });

  it("goes on when the recorder is killed, and the meeting notices nothing", async () => {
    await pause(7_000);
    const [first = 0] = recorders();
    process.kill(first, "SIGKILL");
    await until(
      "another recorder runs",
      () => Promise.resolve(recorders()),
      (found) => found.length === 1 && found[0] !== first,
    );
    await Promise.all([ada.sees("Ben", 1, kPatience), ben.sees("Ada", 0, kPatience)]);
    await pause(8_000);
    await ben.byId("recording-mark").waitFor();
  });

  it("ends at the host's word, whole", async () => {
    await ada.byId("record").click();
    await ada.byId("record-stop").click();
    await ben.byId("recording-mark").waitFor({ state: "detached" });
    await until(
      "it is finished",
      () => Promise.resolve(state()),
      ({ state }) => state === "finished",
    );
    expect(state().segments).toBe(2);
    await until(
      "it is whole",
      () => Promise.resolve(verify()),
      (said) => said === `${recording}: whole`,
    );
  });

  it("has files that another decoder takes without a word", async () => {
    const files = readdirSync(directory()).filter((name) => name.endsWith(".webm"));
    // Sound and picture of two people in two segments.
    expect(files.length).toBeGreaterThanOrEqual(8);
    for (const file of files) {
      const said = execFileSync(
        "ffmpeg",
        ["-v", "error", "-xerror", "-i", join(directory(), file), "-f", "null", "-"],
        { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
      );
      expect(said, file).toBe("");
    }
  });

  it("plays in the page", async () => {
    await ada.page.goto(`${server.origin}/recordings/${recording}`);
    await ada.byId("start").click();
    await until(
      "both pictures play",
      () =>
        ada.page
          .locator("[data-testid=tile] video")
          .evaluateAll(
            (videos) =>
              videos.filter(
                (video) => video instanceof HTMLVideoElement && video.videoWidth > 0 && video.currentTime > 0,
              ).length,
          ),
      (playing) => playing >= 2,
    );
    const at = () => ada.byId("time").textContent();
    const before = await at();
    await until("time passes", at, (now) => now !== before);
    await ada.screenshot("recording-plays");
  });

  it("shows the picture of a place before one goes there", async () => {
    await ada.byId("seek").hover();
    await ada.byId("seek-preview").waitFor({ timeout: kPatience });
    await ada.screenshot("recording-preview");
    await ada.page.mouse.move(0, 0);
    await ada.byId("seek-preview").waitFor({ state: "detached" });
  });

  it("waits while the server does not answer, and goes on by itself", async () => {
    await ada.page.route("**/files/**", (route) => route.abort());
    await ada.page.reload();
    await ada.byId("start").click();
    await ada.byId("note").filter({ hasText: "The server does not answer" }).waitFor({ timeout: kPatience });
    const place = async () => Number.parseFloat(await ada.byId("seek").inputValue());
    await pause(2_000);
    const before = await place();
    await pause(8_000);
    expect(await place()).toBe(before);
    await ada.page.unroute("**/files/**");
    await until("it plays", place, (at) => at > before, kPatience);
    await ada.byId("note").waitFor({ state: "hidden", timeout: kPatience });
  });

  it("is watched by whoever has the link that a host copies", async () => {
    await ada.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await ada.byId("copy-link").click();
    const link = await until(
      "the link is copied",
      () => ada.page.evaluate(() => navigator.clipboard.readText()),
      (text) => text.includes("#ticket="),
    );
    await ben.page.goto(link);
    await ben.byId("start").click();
    await ben.tile("Ada").locator("video").waitFor({ timeout: kPatience });
    expect(await ben.byId("copy-link").count()).toBe(0);
  });

  it("is downloaded track by track, by links of its own", async () => {
    await ada.byId("download").click();
    const link = ada.page.locator("a[download$=webm]").first();
    const [download] = await Promise.all([ada.page.waitForEvent("download"), link.click()]);
    const path = await download.path();
    expect(statSync(path).size).toBe(statSync(join(directory(), download.suggestedFilename())).size);
  });

  it("is gone from a page that shows it, once it is deleted", async () => {
    // Nothing of it has been loaded yet, so that the page must ask for it.
    await ben.page.route("**/files/**", (route) => route.abort());
    await ben.page.reload();
    await ben.byId("start").click();
    const answer = await fetch(`${server.origin}/api/v1/recordings/${recording}`, {
      method: "DELETE",
      headers: { authorization: `Bearer ${await server.host()}` },
    });
    expect(answer.status).toBe(204);
    await ben.page.unroute("**/files/**");
    await ben.page.getByText("There is no such recording").waitFor({ timeout: kPatience });
  });
});

function verify(): string {
  try {
    const args = ["recording", "verify", recording, "--data", server.data];
    return execFileSync(server.binary, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
  } catch (error) {
    return String((error as { stderr?: string }).stderr ?? error);
  }
}
