import type { ReceiveSlot } from "./peer-link.ts";
import type { WireSlotMap } from "./protocol.ts";
import type { RoomState } from "./room-state.ts";
import type { RemoteAudio, RemoteVideo, VideoState } from "./types.ts";

const kEmptyMap: WireSlotMap = { epoch: -1, audio: [], screen_audio: 0, video: [] };

/** How long after a change the packets' own word (CSRC) is asked for before the map alone counts. */
export const kMapSettlesMs = 2_000;
const kAudioSpeakerSlots = 3;

interface PendingSlot {
  readonly source: number;
  readonly since: number;
}

// Which source is in which receive slot: the server's map, checked against the CSRC of the packets
// while a change is under way, because the map and the media travel on different ways. A slot whose last
// frame came from somebody else is `waiting`, so that nobody is shown under another's name.
export class SlotBoard {
  #map: WireSlotMap = kEmptyMap;
  #pending = new Map<number, PendingSlot>();
  /** Slots whose packets came before the map said `live`. */
  #confirmed = new Set<number>();
  #videos: ReadonlyMap<number, RemoteVideo> = new Map();
  #audios: readonly RemoteAudio[] = [];

  get videos(): ReadonlyMap<number, RemoteVideo> {
    return this.#videos;
  }
  get audios(): readonly RemoteAudio[] {
    return this.#audios;
  }
  get isSettling(): boolean {
    return this.#pending.size > 0;
  }

  /** A new transport or session: epochs and slots start over. */
  reset(): void {
    this.#map = kEmptyMap;
    this.#pending.clear();
    this.#confirmed.clear();
  }

  /** Returns false for a map that is older than the one that is known. */
  apply(map: WireSlotMap, now: number): boolean {
    if (map.epoch <= this.#map.epoch) return false;
    const before = new Map(this.#map.video.map((entry) => [entry.slot, entry.source]));
    for (const { slot, source } of map.video) {
      if (before.get(slot) === source) continue;
      this.#pending.set(slot, { source, since: now });
      this.#confirmed.delete(slot);
    }
    const used = new Set(map.video.map((entry) => entry.slot));
    for (const slot of this.#pending.keys()) if (!used.has(slot)) this.#pending.delete(slot);
    this.#map = map;
    return true;
  }

  /** Asks the packets of the slots that changed lately. Returns true when one's state may differ now. */
  settle(slots: ReadonlyMap<number, ReceiveSlot>, now: number): boolean {
    let isChanged = false;
    for (const [slot, { source, since }] of this.#pending) {
      const receiver = slots.get(slot)?.receiver;
      const csrc = receiver ? latestCsrc(receiver) : null;
      if (csrc === source) this.#confirmed.add(slot);
      if (csrc === source || now - since >= kMapSettlesMs) {
        this.#pending.delete(slot);
        isChanged = true;
      }
    }
    return isChanged;
  }

  /**
   * Rebuilds what is shown; entries that did not change stay the same objects. `mayAsk`: packets can have
   * come, and may be asked whose they are.
   */
  render(slots: ReadonlyMap<number, ReceiveSlot>, room: RoomState, mayAsk: boolean): void {
    const videos = new Map<number, RemoteVideo>();
    for (const entry of this.#map.video) {
      const slot = slots.get(entry.slot);
      if (!slot) continue;
      const owner = room.ownerOf(entry.source);
      const next: RemoteVideo = {
        source: entry.source,
        participant: owner?.participant.id ?? null,
        kind: owner?.kind === "screen" ? "screen" : "camera",
        state: this.#stateOf(entry, slot, mayAsk),
        isLimited: entry.limited ?? false,
        stream: slot.stream,
      };
      videos.set(entry.source, sameOr(this.#videos.get(entry.source), next));
    }
    this.#videos = videos;
    this.#audios = this.#renderAudios(slots);
  }

  /** The source that an audio slot carries, by the map. */
  audioSource(index: number): number {
    return index < kAudioSpeakerSlots ? (this.#map.audio[index] ?? 0) : this.#map.screen_audio;
  }

  /**
   * When a packet was last handed on from a slot that the map says is carried, by the browser's clock; the
   * first that is newer than `since`. Null when no slot carries anything.
   */
  newestPacket(slots: ReadonlyMap<number, ReceiveSlot>, since: number): number | null {
    let newest: number | null = null;
    for (const { receiver } of this.carried(slots)) {
      for (const { timestamp } of receiver.getSynchronizationSources()) {
        newest = Math.max(newest ?? 0, timestamp);
      }
      newest ??= 0;
      if (newest > since) break;
    }
    return newest;
  }

  /** The slots on which something should come, by the map. */
  carried(slots: ReadonlyMap<number, ReceiveSlot>): ReceiveSlot[] {
    const live = new Set(this.#map.video.filter(({ state }) => state === "live").map(({ slot }) => slot));
    let audioIndex = 0;
    return [...slots.values()].filter(({ slot, kind }) =>
      kind === "audio" ? this.audioSource(audioIndex++) !== 0 : live.has(slot),
    );
  }

  #stateOf(entry: WireSlotMap["video"][number], { receiver }: ReceiveSlot, mayAsk: boolean): VideoState {
    if (entry.state === "waiting" && this.#confirmed.has(entry.slot)) return "live";
    if (entry.state === "live" && this.#pending.has(entry.slot)) {
      if (!mayAsk) return "waiting";
      // Browsers that do not report CSRCs for video leave only the map to go by.
      const csrc = latestCsrc(receiver);
      return csrc === null || csrc === entry.source ? "live" : "waiting";
    }
    return entry.state;
  }

  #renderAudios(slots: ReadonlyMap<number, ReceiveSlot>): readonly RemoteAudio[] {
    const audio = [...slots.values()].filter((slot) => slot.kind === "audio");
    const next = audio.map((slot, index): RemoteAudio => {
      const entry: RemoteAudio = {
        slot: slot.slot,
        kind: index < kAudioSpeakerSlots ? "microphone" : "screen_audio",
        source: this.audioSource(index),
        stream: slot.stream,
      };
      return sameOr(this.#audios[index], entry);
    });
    const isSame = next.length === this.#audios.length && next.every((entry, i) => entry === this.#audios[i]);
    return isSame ? this.#audios : next;
  }
}

/** The source of the newest packet, null when none came yet or the browser does not tell. */
export function latestCsrc(receiver: RTCRtpReceiver): number | null {
  let newest: RTCRtpContributingSource | null = null;
  for (const entry of receiver.getContributingSources()) {
    if (!newest || entry.timestamp > newest.timestamp) newest = entry;
  }
  return newest?.source ?? null;
}

function sameOr<T extends object>(known: T | undefined, next: T): T {
  if (!known) return next;
  const keys = Object.keys(next) as (keyof T)[];
  return keys.every((key) => known[key] === next[key]) ? known : next;
}
