// A webinar from the lobby to the report, with a caller by phone and a recording that asks; in its middle the
// server is killed, and later the host's browser. Nobody presses anything to be back, and the report is right.

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Phone } from "./support/baresip.ts";
import { figure } from "./support/figures.ts";
import { TONES } from "./support/fixtures.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { freePorts } from "./support/ports.ts";
import { type Room, Server } from "./support/server.ts";

interface PhoneRoom extends Room {
  dial_in: { numbers: string[]; pin: string };
}

interface Manifest {
  state: string;
  participants: { id: string; name: string }[];
  tracks: { participant: string; kind: string; size: number }[];
}

const CALLER = "+44 … 99"; // of +442079460999
const VOICE = 3; // the caller's among TONES
const sipPort = freePorts();
/** Three browsers, a phone and a recorder on the tests' machine take their time. */
const kPatience = 60_000;

let server: Server;
let room: PhoneRoom;
let hostToken: string;
let ada: Person;
let ben: Person;
let cleo: Person;
let phone: Phone;
let isCalling = false;

async function callIn(): Promise<void> {
  await until(
    "the server's phones are on",
    async () => server.output,
    (output) => output.includes("phones_ready"),
    3 * kPatience, // they read their prompts first
  );
  phone = new Phone({ codec: "PCMU", rate: 8000, tone: TONES[VOICE] ?? 0 });
  await phone.dial(`sip:+442079460123@127.0.0.1:${sipPort}`);
  await phone.press(`${room.dial_in.pin}#`);
  isCalling = true;
}

async function hangUp(): Promise<void> {
  if (isCalling) await phone.hangUp();
  isCalling = false;
}

const entry = (kind: string) => ada.page.locator(`[data-testid=desk-entry][data-kind=${kind}]`);
const waiting = (name: string) => entry("knock").filter({ hasText: name });
const hand = (name: string) => entry("hand").filter({ hasText: name });
const row = (name: string) => ada.byId("person").filter({ hasText: name });

async function openTab(person: Person, tab: string): Promise<void> {
  if ((await person.byId("close-panel").count()) === 0) await person.byId("people").click();
  await person.byId(`tab-${tab}`).click();
}

async function setRole(name: string, role: string): Promise<void> {
  await openTab(ada, "people");
  await row(name).getByTestId("person-menu").click();
  await ada.byId(`role-${role}`).click();
}

beforeAll(async () => {
  const config = join(tmpdir(), `parley-story-${process.pid}.toml`);
  const lines = [
    "[phone]",
    'address = "127.0.0.1"',
    `port = ${sipPort}`,
    'numbers = ["+44 20 7946 0123"]',
    'trunks = ["127.0.0.1"]',
    `rtp_port = ${freePorts(200)}`,
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  server = await Server.start({ workers: 2, args: ["--config", config] });
  hostToken = await server.host();
  const wish = { title: "All hands", lobby: true, recording: { consent: "ask" } };
  const made = await server.post<PhoneRoom>("/api/v1/rooms", wish, hostToken);
  room = { ...made, url: `${server.origin}/r/${made.name}?test#k=${made.invite}` };
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(hostToken);
  ben = await Person.open({ name: "Ben", person: 1 });
  cleo = await Person.open({ name: "Cleo", person: 2 });
  await cleo.signIn(server.token(room, "attendee", "Cleo"));
});

afterAll(async () => {
  await hangUp();
  await Promise.all([ada, ben, cleo].map((person) => person?.close()));
  await server?.stop();
});

describe("before the meeting", () => {
  it("a guest and a caller wait in the order they came, hear nothing, and are let in", {
    timeout: 300_000,
  }, async () => {
    await ada.join(room);
    await ben.goTo(room);
    await ben.byId("join").click();
    await ben.byId("waiting").waitFor();
    await openTab(ada, "desk");
    await waiting("Ben").waitFor();
    await callIn();
    await waiting(CALLER).getByTestId("by-phone").waitFor();
    expect(await entry("knock").allInnerTexts()).toEqual([
      expect.stringContaining("Ben"),
      expect.stringContaining(CALLER),
    ]);
    expect(await ben.page.content()).not.toContain("Ada");
    await ada.hears([]);
    await waiting(CALLER).getByTestId("admit").click();
    await waiting("Ben").getByTestId("admit").click();
    await ben.byId("leave").waitFor();
    await ada.tile(CALLER).waitFor();
    await cleo.join(room);
    await Promise.all([cleo.sees("Ada", 0, kPatience), ada.hears([1, VOICE], kPatience)]);
  });

  it("a recording asks everybody, the caller by voice", async () => {
    await ada.byId("record").click();
    await ada.byId("record-start").click();
    for (const person of [ada, ben, cleo]) {
      await person.byId("consent-agree").click();
      await person.byId("recording-mark").waitFor();
    }
    await phone.press("*2");
  });
});

describe("live", () => {
  it("a question is asked and voted for, a poll opened, hands go up in order", async () => {
    await openTab(cleo, "qa");
    await cleo.byId("ask-input").fill("Will there be slides?");
    await cleo.byId("ask").click();
    await openTab(ben, "qa");
    await ben.byId("vote").click();
    await until(
      "Cleo sees the vote",
      () => cleo.byId("vote").textContent(),
      (text) => text === "1",
    );
    await cleo.byId("tab-chat").click();
    await cleo.byId("chat-input").fill("Good evening");
    await cleo.page.keyboard.press("Enter");
    await openTab(ada, "poll");
    await ada.byId("new-poll").click();
    await ada.byId("poll-question").fill("Which topic first?");
    await ada.byId("poll-option").nth(0).fill("Slides");
    await ada.byId("poll-option").nth(1).fill("Questions");
    await ada.byId("poll-launch").click();
    await cleo.byId("close-panel").click();
    await cleo.byId("poll-card").waitFor();
    await cleo.page.getByRole("radio", { name: "Questions" }).check();
    await cleo.byId("poll-vote").click();
    await until(
      "Ada sees the vote",
      () => ada.byId("poll-results").textContent(),
      (text) => text?.includes("1 (100 %)") ?? false,
    );
    await phone.press("*9");
    await openTab(ada, "desk");
    await ada.byId("next-speaker").filter({ hasText: CALLER }).waitFor();
    await cleo.byId("hand").click();
    await hand("Cleo").waitFor();
    await ben.byId("close-panel").click();
    await ben.byId("hand").click();
    await hand("Ben").waitFor();
    await ada.byId("next-speaker").click();
    await ada.byId("next-speaker").filter({ hasText: "Cleo" }).waitFor();
  });

  it("the server is killed, and everybody and everything is back by itself", async () => {
    await openTab(ada, "desk");
    await ada.byId("lobby-locked").check();
    // What happened in the last milliseconds may not be on the disk.
    await new Promise((done) => setTimeout(done, 2_000));
    await server.kill("SIGKILL");
    await Promise.all([ada, ben, cleo].map((person) => person.byId("reconnecting").waitFor()));
    await hangUp();
    await server.run();
    const began = performance.now();
    await Promise.all(
      [ada, ben, cleo].map((person) =>
        person.byId("reconnecting").waitFor({ state: "detached", timeout: kPatience }),
      ),
    );
    figure(`all back ${Math.round(performance.now() - began)} ms after the server was`);
    await Promise.all([
      cleo.sees("Ada", 0, kPatience),
      ada.sees("Ben", 1, kPatience),
      ada.hears([1], kPatience),
    ]);
    // The lock, hands in their order, chat, question with its vote, poll with its vote, recording.
    expect(await ada.byId("lobby-locked").isChecked()).toBe(true);
    expect(await ada.byId("lobby-on").isChecked()).toBe(true);
    await ada.byId("lobby-locked").uncheck();
    await ada.byId("next-speaker").filter({ hasText: "Cleo" }).waitFor();
    await hand("Ben").waitFor();
    await openTab(ada, "chat");
    await ada.byId("chat-message").filter({ hasText: "Good evening" }).waitFor();
    await openTab(ada, "qa");
    expect(await ada.byId("question").allInnerTexts()).toEqual([
      expect.stringContaining("Will there be slides?"),
    ]);
    expect(await ada.byId("vote").textContent()).toBe("1");
    await openTab(ada, "poll");
    await until(
      "the vote is there",
      () => ada.byId("poll-results").textContent(),
      (text) => text?.includes("1 (100 %)") ?? false,
    );
    await ben.byId("recording-mark").waitFor({ timeout: kPatience });
    // What they agreed to they need not agree to again.
    for (const person of [ada, ben, cleo]) expect(await person.byId("consent-agree").count()).toBe(0);
    await ada.screenshot("story-after-kill");
  });

  it("the caller calls again and is let in again", { timeout: 300_000 }, async () => {
    await openTab(ada, "desk");
    await callIn();
    await waiting(CALLER).getByTestId("admit").click();
    await ada.tile(CALLER).waitFor();
    await ada.hears([1, VOICE], kPatience);
    await phone.press("*2");
  });

  it("whose turn it is comes on stage, speaks, and goes back", async () => {
    await openTab(ada, "desk");
    await ada.byId("next-speaker").filter({ hasText: "Cleo" }).click();
    await ada.byId("next-speaker").filter({ hasText: "Ben" }).waitFor();
    await cleo.byId("asked-do").click();
    // Of four who speak Ada, who is one of the loudest three, hears two.
    const isHeard = (wanted: boolean) =>
      until(
        `Cleo is heard: ${wanted}`,
        () => ada.tones(),
        (tones) => tones.includes(2) === wanted,
        kPatience,
      );
    await isHeard(true);
    await setRole("Cleo", "attendee");
    await cleo.byId("mic").waitFor({ state: "detached" });
    await isHeard(false);
    await cleo.sees("Ada", 0, kPatience);
  });

  it("the host's browser is killed, and the host is back by the link", async () => {
    await ada.kill();
    ada = await Person.open({ name: "Ada", person: 0 });
    await ada.signIn(hostToken);
    await ada.join(room);
    // Another browser, which has agreed to nothing.
    await ada.byId("consent-agree").click();
    await ada.sees("Ben", 1, kPatience);
    await openTab(ada, "qa");
    await ada.byId("question").filter({ hasText: "Will there be slides?" }).waitFor();
    await ada.byId("question-menu").click();
    await ada.byId("answer-spoken").click();
    await openTab(ada, "desk");
    await ada.byId("next-speaker").filter({ hasText: "Ben" }).waitFor();
    // The one of before keeps its place for a minute.
    await until(
      "there is one Ada",
      () => cleo.tile("Ada").count(),
      (tiles) => tiles === 1,
      2 * kPatience,
    );
    await cleo.sees("Ada", 0, kPatience);
  }, 300_000);
});

describe("afterwards", () => {
  it("the report tells of everybody, the caller and those who were back", async () => {
    await hangUp();
    await ada.tile(CALLER).waitFor({ state: "detached" });
    await ada.byId("close-panel").click();
    await ada.byId("more").click();
    await ada.byId("end").click();
    await ada.page.locator("dialog .danger").click();
    await Promise.all([ben, cleo].map((person) => person.byId("again").waitFor()));
    await ada.byId("gone-report").click();
    for (const name of ["Ada", "Ben", "Cleo", CALLER]) {
      await ada.byId("attendee").filter({ hasText: name }).first().waitFor();
    }
    await ada.screenshot("story-report");
    const report = (await (
      await fetch(`${server.origin}/api/v1/rooms/${room.name}/report`, {
        headers: { authorization: `Bearer ${hostToken}` },
      })
    ).json()) as {
      ended_at: number | null;
      attendance: { name: string; role: string; kind: string; joins: number; left_at: number | null }[];
      chat: { text: string }[];
      questions: { text: string; votes: number; answered: boolean }[];
      polls: { option: string; votes: number }[];
    };
    const of = (name: string) => report.attendance.filter((one) => one.name === name);
    // Who was only cut off by the kill came once; the caller had to call again.
    expect(of("Ben")).toMatchObject([{ kind: "browser", joins: 1 }]);
    expect(of("Cleo")).toMatchObject([{ role: "attendee", joins: 1 }]);
    expect(of(CALLER)).toMatchObject([{ kind: "phone", joins: 2 }]);
    expect(report.ended_at).not.toBeNull();
    expect(report.attendance.every((one) => one.left_at !== null)).toBe(true);
    expect(report.chat).toMatchObject([{ text: "Good evening" }]);
    expect(report.questions).toMatchObject([{ text: "Will there be slides?", votes: 1, answered: true }]);
    expect(report.polls).toMatchObject([
      { option: "Slides", votes: 0 },
      { option: "Questions", votes: 1 },
    ]);
  });

  it("the recording has all who agreed, the caller too", async () => {
    const headers = { authorization: `Bearer ${hostToken}` };
    const read = async <T>(path: string) =>
      (await (await fetch(`${server.origin}/api/v1/${path}`, { headers })).json()) as T;
    const manifest = await until(
      "the recording is finished",
      async () => {
        const { recordings } = await read<{ recordings: { id: string }[] }>("recordings");
        return read<Manifest>(`recordings/${recordings[0]?.id}`);
      },
      ({ state }) => state === "finished",
      kPatience,
    );
    const soundOf = (name: string) =>
      manifest.participants
        .filter((one) => one.name === name)
        .flatMap(({ id }) =>
          manifest.tracks.filter((t) => t.participant === id && ["microphone", "phone"].includes(t.kind)),
        );
    for (const name of ["Ada", "Ben", "Cleo", CALLER]) {
      expect(
        soundOf(name).some(({ size }) => size > 1000),
        name,
      ).toBe(true);
    }
  });
});
