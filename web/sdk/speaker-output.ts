import type { RemoteAudio } from "./types.ts";

export interface AudioPlayer {
  srcObject: MediaProvider | null;
  autoplay: boolean;
  play(): Promise<void>;
  pause(): void;
  setSinkId?(id: string): Promise<void>;
}

// Plays the audio slots, one detached element each, on the chosen speaker. Browsers refuse sound on a
// page that nobody has touched yet: then `isBlocked` is true until `unblock()` is called from a click or
// key press.
export class SpeakerOutput {
  readonly #createPlayer: () => AudioPlayer;
  readonly #changed: (isBlocked: boolean) => void;
  readonly #players = new Map<number, AudioPlayer>();
  #speakerId: string | null = null;
  #isBlocked = false;

  constructor(changed: (isBlocked: boolean) => void, createPlayer: () => AudioPlayer = () => new Audio()) {
    this.#changed = changed;
    this.#createPlayer = createPlayer;
  }

  get isBlocked(): boolean {
    return this.#isBlocked;
  }

  /** Hand it `Snapshot.audios` and `LocalMediaSnapshot.speakerId` whenever they change. */
  update(audios: readonly RemoteAudio[], speakerId: string | null): void {
    const slots = new Set(audios.map((audio) => audio.slot));
    for (const [slot, player] of this.#players) {
      if (slots.has(slot)) continue;
      stop(player);
      this.#players.delete(slot);
    }
    const isOtherSpeaker = speakerId !== this.#speakerId;
    this.#speakerId = speakerId;
    for (const { slot, stream } of audios) {
      const before = this.#players.get(slot);
      // Another stream has a player of its own: the old one is heard until the new one is.
      let player = before?.srcObject === stream ? before : undefined;
      const isNew = player === undefined;
      if (!player) {
        player = this.#createPlayer();
        player.autoplay = true;
        this.#players.set(slot, player);
      }
      if (isOtherSpeaker || (isNew && speakerId !== null)) {
        // A speaker that is gone: the sound stays where it is.
        player.setSinkId?.(speakerId ?? "").catch(() => {});
      }
      if (player.srcObject !== stream) {
        player.srcObject = stream;
        this.#play(player).then(() => before && stop(before));
      }
    }
  }

  unblock(): void {
    this.#setBlocked(false);
    for (const player of this.#players.values()) void this.#play(player);
  }

  close(): void {
    for (const player of this.#players.values()) stop(player);
    this.#players.clear();
  }

  #play(player: AudioPlayer): Promise<void> {
    return player.play().catch((error: unknown) => {
      if (error instanceof Error && error.name === "NotAllowedError") this.#setBlocked(true);
    });
  }

  #setBlocked(isBlocked: boolean): void {
    if (this.#isBlocked === isBlocked) return;
    this.#isBlocked = isBlocked;
    this.#changed(isBlocked);
  }
}

function stop(player: AudioPlayer): void {
  player.pause();
  player.srcObject = null;
}
