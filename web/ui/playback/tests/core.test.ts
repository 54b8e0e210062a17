import { describe, expect, it } from "vitest";
import { endsSoon, planBuffer } from "../core/buffer-plan.ts";
import { follow, kClose } from "../core/follow.ts";
import { readManifest } from "../core/manifest.ts";
import { MasterClock } from "../core/master-clock.ts";
import {
  behindPause,
  faceAt,
  isOn,
  lastSpeakerAt,
  markAt,
  nextSpeech,
  speakersAt,
  tilesAt,
} from "../core/moments.ts";
import type { Recording } from "../core/recording.ts";
import { timeText } from "../core/time-text.ts";
import { kSpeeds, nextSpeed, playbackAction } from "../keys.ts";

const span = (from: number, to: number) => ({ start_us: from * 1e6, end_us: to * 1e6 });
const track = (participant: string, kind: string, from: number, to: number, gaps: object[] = []) => ({
  file: `${participant}-${kind}.webm`,
  participant,
  kind,
  codec: "VP8",
  gaps,
  ...span(from, to),
});
const kManifest = {
  id: "r1",
  room: "weekly",
  title: "Weekly",
  state: "finished",
  started_at_us: 1_700_000_000e6,
  duration_us: 100e6,
  participants: [
    { id: "a", name: "Ada", role: "host", present: [span(0, 100)] },
    { id: "b", name: "Bo", role: "attendee" },
  ],
  tracks: [
    track("a", "camera", 0, 90, [span(20, 30)]),
    track("a", "microphone", 0, 90),
    track("a", "screen", 40, 50, [span(44, 48)]),
    track("b", "phone", 10, 60),
  ],
  speakers: [
    { participant: "b", ...span(12, 14) },
    { participant: "a", ...span(1, 5) },
  ],
  chat: [{ at_us: 3e6, participant: "a", name: "Ada", text: "hi" }],
  marks: [{ kind: "pause", ...span(70, 80) }],
};
const recording = readManifest(kManifest) as Recording;

describe("the manifest", () => {
  it("is read in seconds and in order", () => {
    expect(recording).toMatchObject({ duration: 100, isGrowing: false, startedAt: 1_700_000_000_000 });
    expect(recording.speech.map(({ from }) => from)).toEqual([1, 12]);
    expect(recording.people[1]?.present).toEqual([{ from: 10, to: 60 }]);
  });

  it("loses what is not as it should be, and nothing else", () => {
    const odd = [
      null,
      1,
      "x",
      {},
      { file: 1 },
      { ...track("a", "hologram", 0, 1) },
      track("a", "camera", 5, 5),
    ];
    const read = readManifest({ ...kManifest, tracks: [...odd, ...kManifest.tracks], marks: 7, chat: [{}] });
    expect(read?.tracks).toEqual(recording.tracks);
    expect(read).toMatchObject({ marks: [], chat: [] });
    for (const value of [
      null,
      [],
      3,
      {},
      { id: 4 },
      { id: "x", duration_us: "1" },
      { id: "x", duration_us: -1 },
    ])
      expect(readManifest(value)).toBeNull();
  });
});

describe("a moment", () => {
  it("shows who is there, screens first, and pictures only outside gaps", () => {
    const at = (time: number) =>
      tilesAt(recording, time).map(({ key, track }) => `${key} ${track?.file ?? "-"}`);
    expect(at(5)).toEqual(["a:camera a-camera.webm"]);
    expect(at(25)).toEqual(["a:camera -", "b:camera -"]);
    expect(at(45)).toEqual(["a:screen a-screen.webm", "a:camera a-camera.webm", "b:camera -"]);
    expect(tilesAt(recording, 45)[2]).toMatchObject({ isPhone: true, isMuted: false });
    expect(recording.tracks.map((each) => isOn(each, 90))).toEqual([false, false, false, false]);
  });

  it("tells who speaks, who spoke, and who speaks next", () => {
    expect(speakersAt(recording, 2)).toEqual(["a"]);
    expect(speakersAt(recording, 8)).toEqual([]);
    expect(lastSpeakerAt(recording, 8)).toBe("a");
    expect(lastSpeakerAt(recording, 13)).toBe("b");
    expect(nextSpeech(recording, "b", 0)).toBe(12);
    expect(nextSpeech(recording, "b", 50)).toBe(12);
    expect(nextSpeech(recording, "nobody", 50)).toBeNull();
  });

  it("has a picture that says most", () => {
    expect(faceAt(recording, 5)?.file).toBe("a-camera.webm");
    expect(faceAt(recording, 45)?.file).toBe("a-screen.webm");
    expect(faceAt(recording, 13)?.file).toBe("a-camera.webm");
    expect(faceAt(recording, 25)).toBeNull();
  });

  it("in a pause is left", () => {
    expect(behindPause(recording, 70)).toBeCloseTo(80, 2);
    expect(behindPause(recording, 69)).toBeNull();
    expect(behindPause(recording, behindPause(recording, 70) ?? 0)).toBeNull();
  });

  it("in a pause that lasts until the end is left for the end", () => {
    const paused = { ...recording, duration: 80 };
    expect(behindPause(paused, 75)).toBe(80);
    expect(behindPause(paused, 80)).toBeNull();
    expect(markAt(paused.marks, 75)?.kind).toBe("pause");
    expect(markAt(paused.marks, 80)).toBeNull();
  });
});

describe("the master clock", () => {
  it("runs at its speed, stands, and is drawn a little", () => {
    let now = 0;
    const clock = new MasterClock(() => now);
    clock.set(10);
    now = 1_000;
    expect(clock.time).toBe(10);
    clock.run();
    now = 3_000;
    expect(clock.time).toBeCloseTo(12);
    clock.setSpeed(2);
    now = 4_000;
    expect(clock.time).toBeCloseTo(14);
    clock.draw(14.1);
    expect(clock.time).toBeCloseTo(14.01);
    clock.draw(20);
    expect(clock.time).toBeCloseTo(14.01);
    clock.stop();
    now = 9_000;
    expect(clock.time).toBeCloseTo(14.01);
  });
});

describe("a track", () => {
  it("is left alone, hurried, held back or sought", () => {
    expect(follow(10.005, 10, 1, 0.1, kClose.sound)).toEqual({ kind: "rate", rate: 1 });
    expect(follow(10.005, 10, 1, 0.1, kClose.picture)).not.toEqual({ kind: "rate", rate: 1 });
    for (const speed of kSpeeds) {
      const late = follow(10 - 0.04 * speed, 10, speed, 0.1, kClose.sound);
      const early = follow(10 + 0.04 * speed, 10, speed, 0.1, kClose.sound);
      expect(late.kind === "rate" && late.rate > speed && late.rate <= speed * 1.06).toBe(true);
      expect(early.kind === "rate" && early.rate < speed && early.rate >= speed * 0.94).toBe(true);
    }
    expect(follow(9, 10, 2, 0.1, kClose.picture)).toEqual({ kind: "seek", to: 10.2 });
    expect(follow(11, 10, 1, 0, kClose.picture)).toEqual({ kind: "seek", to: 10 });
  });

  it("is fed ahead, begun anew elsewhere, and let go of behind by key frames only", () => {
    const fed = { from: 10, to: 40, goal: 12, isAtEnd: false, keys: [10, 28, 35] };
    expect(planBuffer(null, 3)).toEqual({ kind: "restart", at: 3 });
    expect(planBuffer(fed, 12)).toEqual({ kind: "rest" });
    expect(planBuffer(fed, 25)).toEqual({ kind: "append" });
    expect(planBuffer({ ...fed, isAtEnd: true }, 25)).toEqual({ kind: "rest" });
    expect(planBuffer(fed, 9)).toEqual({ kind: "restart", at: 9 });
    expect(planBuffer(fed, 60)).toEqual({ kind: "restart", at: 60 });
    expect(planBuffer(fed, 39.9)).toEqual({ kind: "append" });
    expect(planBuffer(fed, 39.9, 0)).toEqual({ kind: "rest" });
    expect(planBuffer(fed, 41)).toEqual({ kind: "evict", to: 28 });
  });

  it("is read on to the place it was begun for, though that is far behind its key frame", () => {
    const fed = { from: 40, to: 45.4, goal: 49.4, isAtEnd: false, keys: [40] };
    expect(planBuffer(fed, 49.4)).toEqual({ kind: "append" });
    expect(planBuffer({ ...fed, goal: 140 }, 140)).toEqual({ kind: "append" });
    expect(planBuffer(fed, 53)).toEqual({ kind: "restart", at: 53 });
  });

  it("ends soon before a gap and at its end, but not where more is on its way", () => {
    const fed = { from: 10, to: 40, goal: 12, isAtEnd: false, keys: [] };
    expect(endsSoon(fed, 23.9, 23.7)).toBe(true);
    expect(endsSoon(fed, 23.9, 23.2)).toBe(false);
    expect(endsSoon(fed, 40.02, 39.9)).toBe(false);
    expect(endsSoon({ ...fed, isAtEnd: true }, 40.02, 39.9)).toBe(true);
    expect(endsSoon(fed, null, 24)).toBe(false);
    expect(endsSoon(null, 24, 23.9)).toBe(false);
  });
});

it("keys do what players' users expect", () => {
  const press = (key: string, more = {}) =>
    playbackAction({ key, ctrlKey: false, altKey: false, metaKey: false, isComposing: false, ...more });
  expect(press(" ")).toEqual(press("k"));
  expect(press("ArrowLeft")).toEqual({ kind: "skip", seconds: -5 });
  expect(press("L")).toEqual({ kind: "skip", seconds: 10 });
  expect(press("7")).toEqual({ kind: "jump", share: 0.7 });
  expect(press("constructor")).toBeNull();
  expect(press("k", { ctrlKey: true })).toBeNull();
  expect(nextSpeed(1, 1)).toBe(1.25);
  expect(nextSpeed(2, 1)).toBe(2);
  expect(nextSpeed(0.5, -1)).toBe(0.5);
});

it("times are written as on a player", () => {
  expect([0, 59.9, 60, 3_599, 3_600, 36_061].map(timeText)).toEqual([
    "0:00",
    "0:59",
    "1:00",
    "59:59",
    "1:00:00",
    "10:01:01",
  ]);
});
