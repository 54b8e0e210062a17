// The page's one recording and player as signals: components read these and call the functions here.

import { computed, signal } from "@preact/signals";
import { browserEnvironment, type ErrorCode, HostApi, ParleyError, RecordingApi } from "../../sdk/index.ts";
import { codeOf } from "../common/problem.tsx";
import { readManifest } from "./core/manifest.ts";
import { lastSpeakerAt, speakersAt, type Tile, tilesAt } from "./core/moments.ts";
import type { Recording } from "./core/recording.ts";
import { nextSpeed } from "./keys.ts";
import type { TrackReader } from "./media-track.ts";
import { Player } from "./player.ts";

export type Loading =
  | { readonly name: "loading" }
  | { readonly name: "failed"; readonly code: ErrorCode }
  | { readonly name: "ready" };

export type PlaybackLayout = "gallery" | "speaker";

const kReloadMs = 2_000;
/** Seconds: tiles are looked at this often, the clock more often. */
const kMoment = 0.1;
/** What no further try will bring. */
const kOver: ReadonlySet<ErrorCode> = new Set([
  "recording_not_found",
  "forbidden",
  "token_invalid",
  "token_expired",
]);
/** Nearer to the end than this, one watches live. */
const kLive = 8;

const host = new HostApi(browserEnvironment());
/** What downloads are allowed by: from the link to this page, or made for its host. */
export const ticket = signal(new URLSearchParams(location.hash.slice(1)).get("ticket"));
export const api = new RecordingApi(() => host.token ?? ticket.value);
/** Whoever has come as a host, with a ticket or without. */
export const isHost = () => host.token !== null;

export const loading = signal<Loading>({ name: "loading" });
const recordings = signal<Recording | null>(null);
export const recording = computed(() => recordings.value as Recording);
export const time = signal(0);
const moment = computed(() => Math.floor(time.value / kMoment) * kMoment);
export const isPlaying = signal(false);
export const isWaiting = signal(false);
export const isCut = signal(false);
export const hasStarted = signal(false);
export const speed = signal(1);
export const volume = signal(1);
export const isMuted = signal(false);
export const layout = signal<PlaybackLayout>("speaker");
export const pinned = signal<string | null>(null);
export const isChatOpen = signal(false);
export const lanesOpen = signal(innerWidth > 760 && innerHeight > 560);
export const isHelpOpen = signal(false);
/** Counts changes of what tracks can show, so that tiles look again. */
export const tracksVersion = signal(0);

export const readTrack: TrackReader = (file, signal) => async (from, to) => {
  try {
    return await api.read(api.fileUrl(recording.value.id, file), from, to, signal);
  } catch (error) {
    if (kOver.has(codeOf(error))) askWhy();
    throw error;
  }
};

let player: Player | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let askedAt = 0;

const tilesNow = computed(() => tilesAt(recording.value, moment.value));
let lastTiles: readonly Tile[] = [];
/** The same list as before while nobody came, went or changed. */
export const tiles = computed(() => {
  const next = tilesNow.value;
  if (!isSame(lastTiles, next)) lastTiles = next;
  return lastTiles;
});
export const speaking = computed(() => new Set(speakersAt(recording.value, moment.value)));
/** Messages until now. */
export const written = computed(() => recording.value.chat.findLastIndex(({ at }) => at <= time.value) + 1);
export const isLive = computed(
  () => recording.value.isGrowing && time.value > recording.value.duration - kLive,
);

/** The tile that is large: what was pinned, a screen, who spoke last; null in the gallery. */
export const stage = computed(() => {
  const all = tiles.value;
  const own = all.find(({ key }) => key === pinned.value);
  if (own) return own;
  const screen = all.find(({ kind }) => kind === "screen");
  if (screen) return screen;
  if (layout.value === "gallery" || all.length < 2) return null;
  const speaker = lastSpeakerAt(recording.value, moment.value);
  return all.find(({ person }) => person.id === speaker) ?? all[0] ?? null;
});

/** A track is refused: the whole recording may be gone, or one's access be over. What grows is asked about anyway. */
function askWhy(): void {
  if (player && !recording.value.isGrowing && performance.now() - askedAt > kReloadMs)
    void openRecording(recording.value.id);
}

export async function openRecording(id: string): Promise<void> {
  clearTimeout(timer);
  askedAt = performance.now();
  try {
    const read = readManifest(await api.manifest(id));
    if (!read) throw new ParleyError("internal", "This is no recording.");
    recordings.value = read;
    if (!player) {
      player = new Player(
        read,
        readTrack,
        (state) => {
          time.value = state.time;
          isPlaying.value = state.isPlaying;
          isWaiting.value = state.isWaiting;
          isCut.value = state.isCut;
        },
        () => {
          tracksVersion.value++;
        },
      );
    } else player.update(read);
    loading.value = { name: "ready" };
    if (!ticket.value) ticket.value = await api.makeTicket(id).catch(() => null);
    if (read.isGrowing) timer = setTimeout(() => void openRecording(id), kReloadMs);
  } catch (error) {
    const code = codeOf(error);
    // A recording that is on the page stays there; only its news are missing.
    if (player && !kOver.has(code)) timer = setTimeout(() => void openRecording(id), kReloadMs * 2);
    else {
      closeRecording();
      loading.value = { name: "failed", code };
    }
  }
}

export function closeRecording(): void {
  clearTimeout(timer);
  player?.dispose();
  player = null;
}

export const media = (file: string) => player?.media(file) ?? null;
export const setShown = (files: ReadonlySet<string>, pinned: string | null) =>
  player?.setShown(files, pinned);

export function togglePlay(): void {
  if (isPlaying.value) player?.pause();
  else {
    hasStarted.value = true;
    player?.play();
  }
}

export function seek(to: number): void {
  hasStarted.value = true;
  player?.seek(to);
}

export const skip = (seconds: number) => seek(time.value + seconds);

export function goLive(): void {
  seek(recording.value.duration - 2);
  if (!isPlaying.value) togglePlay();
}

export function setSpeed(next: number): void {
  speed.value = next;
  player?.setSpeed(next);
}

export const stepSpeed = (direction: 1 | -1) => setSpeed(nextSpeed(speed.value, direction));

export function setVolume(next: number): void {
  volume.value = next;
  isMuted.value = false;
  player?.setVolume(next);
}

export function toggleMute(): void {
  isMuted.value = !isMuted.value;
  player?.setVolume(isMuted.value ? 0 : volume.value);
}

export function toggleLayout(): void {
  layout.value = layout.value === "gallery" ? "speaker" : "gallery";
  pinned.value = null;
}

export function togglePin(key: string): void {
  pinned.value = pinned.value === key ? null : key;
}

export function toggleFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void document.documentElement.requestFullscreen?.();
}

function isSame(a: readonly Tile[], b: readonly Tile[]): boolean {
  return (
    a.length === b.length &&
    a.every((tile, i) => {
      const other = b[i];
      return (
        other?.key === tile.key && other.track?.file === tile.track?.file && other.isMuted === tile.isMuted
      );
    })
  );
}
