import { beforeEach, describe, expect, it } from "vitest";
import { type AudioPlayer, SpeakerOutput } from "../speaker-output.ts";
import type { RemoteAudio } from "../types.ts";
import { settle } from "./fake-clock.ts";
import { FakeStream } from "./fake-peer.ts";

class FakePlayer implements AudioPlayer {
  srcObject: MediaProvider | null = null;
  autoplay = false;
  plays = 0;
  isPlaying = false;
  sink = "";
  static isBlocked = false;

  async play(): Promise<void> {
    this.plays += 1;
    if (FakePlayer.isBlocked) throw new DOMException("", "NotAllowedError");
    this.isPlaying = true;
  }
  pause(): void {
    this.isPlaying = false;
  }
  async setSinkId(id: string): Promise<void> {
    this.sink = id;
  }
}

function audio(slot: number, stream = new FakeStream([])): RemoteAudio {
  return { slot, kind: "microphone", source: 0, stream: stream as unknown as MediaStream };
}

describe("SpeakerOutput", () => {
  let players: FakePlayer[];
  let blocked: boolean[];
  let output: SpeakerOutput;

  beforeEach(() => {
    FakePlayer.isBlocked = false;
    players = [];
    blocked = [];
    output = new SpeakerOutput(
      (isBlocked) => blocked.push(isBlocked),
      () => {
        const player = new FakePlayer();
        players.push(player);
        return player;
      },
    );
  });

  it("plays each slot once, whoever speaks in it", () => {
    const audios = [audio(0), audio(1)];
    output.update(audios, null);
    output.update(
      audios.map((entry) => ({ ...entry, source: 17 })),
      null,
    );
    expect(players.map(({ plays, isPlaying }) => [plays, isPlaying])).toEqual([
      [1, true],
      [1, true],
    ]);
  });

  it("plays the streams of a fresh transport before the old ones end, and lets go of slots that are gone", async () => {
    output.update([audio(0), audio(1)], "out-1");
    const fresh = audio(0);
    output.update([fresh], "out-1");
    expect(players[1]).toMatchObject({ isPlaying: false, srcObject: null });
    expect(players[2]).toMatchObject({ srcObject: fresh.stream, sink: "out-1" });
    expect(players[0]?.isPlaying).toBe(true);
    await settle();
    expect(players[2]?.isPlaying).toBe(true);
    expect(players[0]).toMatchObject({ isPlaying: false, srcObject: null });
  });

  it("follows the choice of a speaker, also for later slots", () => {
    const first = audio(0);
    output.update([first], null);
    output.update([first], "out-1");
    output.update([first, audio(1)], "out-1");
    expect(players.map(({ sink }) => sink)).toEqual(["out-1", "out-1"]);
    output.update([first], null);
    expect(players[0]?.sink).toBe("");
  });

  it("says that the browser wants a touch first, and plays after it", async () => {
    FakePlayer.isBlocked = true;
    output.update([audio(0), audio(1)], null);
    await settle();
    expect(blocked).toEqual([true]);
    FakePlayer.isBlocked = false;
    output.unblock();
    await settle();
    expect(output.isBlocked).toBe(false);
    expect(players.every(({ isPlaying }) => isPlaying)).toBe(true);
    output.close();
    expect(players.some(({ isPlaying }) => isPlaying)).toBe(false);
  });
});
