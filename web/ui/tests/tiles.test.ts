import { beforeEach, describe, expect, it } from "vitest";
import type { Participant, RemoteVideo } from "../../sdk/index.ts";
import { FakeMeeting, fakePerson } from "../dev/fake-meeting.ts";
import { tilesFor, wishFor } from "../room/pictures.ts";
import { SpeakerMemory } from "../room/speaker-memory.ts";
import { bringForward, stagesOf, type Tile, tilesOf } from "../room/tiles.ts";

let meeting: FakeMeeting;
beforeEach(() => {
  meeting = new FakeMeeting();
});

function tilesWith(...participants: Participant[]) {
  return tilesOf({ ...meeting.snapshot, participants }, meeting.media.snapshot);
}

const sharing = (index: number) =>
  fakePerson(index, {
    sources: { ...fakePerson(index).sources, screen: { id: index * 10 + 3, state: "live" } },
  });

describe("tilesOf", () => {
  it("gives a person one tile and a shared screen another", () => {
    const tiles = tilesWith(fakePerson(0), sharing(1));
    expect(tiles.map(({ key }) => key)).toEqual(["p0:camera", "p1:screen", "p1:camera"]);
  });

  it("asks for live sources of others only", () => {
    const off = fakePerson(2, { sources: { camera: { id: 22, state: "off" } } });
    expect(tilesWith(fakePerson(0), fakePerson(1), off).map(({ source }) => source)).toEqual([
      null,
      12,
      null,
    ]);
  });

  it("shows a source that has no slot yet as waiting", () => {
    expect(tilesWith(fakePerson(1))[0]).toMatchObject({ state: "waiting", stream: null });
  });

  it("takes state and stream from the slot", () => {
    const stream = new MediaStream();
    const video: RemoteVideo = {
      source: 12,
      participant: "p1",
      kind: "camera",
      state: "paused",
      isLimited: false,
      stream,
    };
    meeting.set({ videos: new Map([[12, video]]) });
    expect(tilesWith(fakePerson(1))[0]).toMatchObject({ state: "paused", isLimited: false, stream });
    meeting.set({ videos: new Map([[12, { ...video, state: "live", isLimited: true }]]) });
    expect(tilesWith(fakePerson(1))[0]).toMatchObject({ state: "live", isLimited: true });
  });

  it("leaves out viewers by WHEP, and marks the muted", () => {
    const muted = fakePerson(2, { sources: { microphone: { id: 21, state: "off" } } });
    const tiles = tilesWith(fakePerson(1, { kind: "whep" }), muted);
    expect(tiles).toHaveLength(1);
    expect(tiles[0]?.isMuted).toBe(true);
  });
});

describe("stagesOf", () => {
  const keys = (...[tiles, choice, pinned, spotlight, speaker]: Parameters<typeof stagesOf>) =>
    stagesOf(tiles, choice, pinned, spotlight, speaker).map(({ key }) => key);

  it("prefers the pin, then a screen, then the speaker", () => {
    const tiles = tilesWith(fakePerson(0), fakePerson(1), sharing(2));
    expect(keys(tiles, "auto", "p1:camera", [], "p2")).toEqual(["p1:camera"]);
    expect(keys(tiles, "auto", null, [], "p1")).toEqual(["p2:screen"]);
    expect(keys(tiles, "gallery", null, [], "p1")).toEqual([]);
    const faces = tiles.filter(({ kind }) => kind === "camera");
    expect(keys(faces, "auto", null, [], "p1")).toEqual([]);
    expect(keys(faces, "speaker", null, [], "p1")).toEqual(["p1:camera"]);
  });

  it("forgets a pin whose person has left, and shows others before oneself", () => {
    const tiles = tilesWith(fakePerson(0), fakePerson(1));
    expect(keys(tiles, "auto", "p9:camera", [], null)).toEqual([]);
    expect(keys(tiles, "speaker", null, [], null)).toEqual(["p1:camera"]);
    expect(keys(tilesWith(fakePerson(0)), "speaker", null, [], null)).toEqual(["p0:camera"]);
  });
});

describe("the spotlight", () => {
  const lit = [
    { participant: "p1", source: "camera" },
    { participant: "p2", source: "screen" },
    { participant: "p9", source: "camera" },
  ] as const;

  it("shows several large, of those who are there, before everything but one's own pin", () => {
    const tiles = tilesWith(fakePerson(0), fakePerson(1), sharing(2));
    const shown = (pinned: string | null) =>
      stagesOf(tiles, "gallery", pinned, lit, "p2").map(({ key }) => key);
    expect(shown(null)).toEqual(["p1:camera", "p2:screen"]);
    expect(shown("p0:camera")).toEqual(["p0:camera"]);
  });
});

describe("pictures", () => {
  const tiles = () => tilesWith(fakePerson(0), sharing(1));
  const tileOf = (key: string) => tiles().find((tile) => tile.key === key) as Tile;

  it("are all there, unless sound only is chosen: then avatars, and no tile for a screen", () => {
    const all = tiles();
    expect(tilesFor("all", all)).toBe(all);
    const left = tilesFor("none", all);
    expect(left.map(({ key }) => key)).toEqual(["p0:camera", "p1:camera"]);
    expect(left[1]).toMatchObject({ source: null, stream: null, state: "off" });
    expect(left[0]).toBe(all.find(({ key }) => key === "p0:camera"));
  });

  it("are asked for as tall as they are drawn, small to save data, not at all for sound only", () => {
    const camera = tileOf("p1:camera");
    const shared = tileOf("p1:screen");
    expect(wishFor("all", camera, 720)).toEqual({ source: 12, height: 720 });
    expect(wishFor("small", camera, 720)).toEqual({ source: 12, height: 180 });
    expect(wishFor("small", camera, 90)).toEqual({ source: 12, height: 90 });
    expect(wishFor("small", shared, 1080)).toEqual({ source: 13, height: 720 });
    expect(wishFor("none", camera, 720)).toBeNull();
    expect(wishFor("all", tileOf("p0:camera"), 720)).toBeNull();
  });
});

describe("bringForward", () => {
  it("swaps a speaker of a later page with the longest silent of the first", () => {
    const spoke = new Map([
      ["a", 5],
      ["b", 2],
      ["c", 9],
    ]);
    expect(bringForward(["a", "b", "c", "d", "e"], "e", 3, spoke)).toEqual(["a", "e", "c", "d", "b"]);
  });

  it("moves nobody for a speaker who is seen, or not there", () => {
    const order = ["a", "b", "c"];
    expect(bringForward(order, "b", 2, new Map())).toBe(order);
    expect(bringForward(order, "x", 2, new Map())).toBe(order);
  });
});

describe("SpeakerMemory", () => {
  it("starts loud, goes on quieter, holds for a moment and ends", () => {
    const memory = new SpeakerMemory();
    const people = [fakePerson(1)];
    const heard = (level: number, at: number) => memory.update(people, new Map([[11, level]]), at).has("p1");
    expect(heard(0.3, 0)).toBe(false);
    expect(heard(0.5, 100)).toBe(true);
    expect(heard(0.25, 200)).toBe(true);
    expect(heard(0, 700)).toBe(true);
    expect(heard(0, 900)).toBe(false);
  });

  it("keeps its set while nothing changes", () => {
    const memory = new SpeakerMemory();
    const before = memory.update([fakePerson(1)], new Map([[11, 0.8]]), 0);
    expect(memory.update([fakePerson(1)], new Map([[11, 0.9]]), 100)).toBe(before);
  });
});
