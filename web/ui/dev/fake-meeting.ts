// A meeting without a server, for the story page and component tests: its snapshots are whatever it is
// told, and what is asked of it is written down.

import type {
  DeviceErrorCode,
  DeviceKind,
  LocalMediaControls,
  LocalMediaSnapshot,
  LocalSource,
  MeetingControls,
  MeetingEvents,
  ParleyError,
  Participant,
  PermissionKind,
  RoomListener,
  RoomMessages,
  ServerEvent,
  Snapshot,
  WireRoom,
} from "../../sdk/index.ts";

const kOff: LocalSource = {
  on: false,
  opening: false,
  error: null,
  deviceId: null,
  track: null,
  stream: null,
};

export class FakeMedia implements LocalMediaControls {
  readonly #listeners = new Set<(snapshot: LocalMediaSnapshot) => void>();
  snapshot: LocalMediaSnapshot = {
    microphone: kOff,
    camera: kOff,
    screen: { on: false, opening: false, error: null, stream: null, hasAudio: false },
    speakerId: null,
    devices: [
      { id: "m1", kind: "microphone", label: "Headset microphone" },
      { id: "m2", kind: "microphone", label: "Built-in microphone" },
      { id: "c1", kind: "camera", label: "HD camera" },
      { id: "s1", kind: "speaker", label: "Headset" },
    ],
    permissions: { microphone: "granted", camera: "granted" },
  };
  /** What opening gives; null for a device that opens without a picture. */
  cameraStream: MediaStream | null = null;
  failure: DeviceErrorCode | null = null;

  set(change: Partial<LocalMediaSnapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  subscribe(listener: (snapshot: LocalMediaSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async openBoth(): Promise<void> {
    await Promise.all([this.setOn("microphone", true), this.setOn("camera", true)]);
  }

  async setOn(kind: PermissionKind, on: boolean): Promise<void> {
    const isRefused = on && this.failure !== null;
    const stream = kind === "camera" && on && !isRefused ? this.cameraStream : null;
    this.set({
      [kind]: {
        ...this.snapshot[kind],
        on: on && !isRefused,
        stream,
        error: isRefused ? this.failure : null,
      },
    });
  }

  async setDevice(kind: DeviceKind, id: string | null): Promise<void> {
    if (kind === "speaker") this.set({ speakerId: id });
    else this.set({ [kind]: { ...this.snapshot[kind], deviceId: id } });
  }

  async startScreen(): Promise<void> {
    this.set({ screen: { ...this.snapshot.screen, on: true } });
  }

  stopScreen(): void {
    this.set({ screen: { ...this.snapshot.screen, on: false, stream: null } });
  }

  release(): void {
    this.set({ microphone: kOff, camera: kOff });
  }
}

type Handler = (event: never) => void;

/** The server's side of the features: what they ask is written down, what it tells is made up. */
export class FakeChannel implements RoomMessages {
  readonly sent: (readonly [string, unknown])[] = [];
  /** What the next requests of a type are refused with. */
  readonly refusals = new Map<string, ParleyError>();
  /** What they are answered with, where that matters. */
  readonly answers = new Map<string, object>();
  #listener: RoomListener | null = null;
  #room: WireRoom = {
    version: 1,
    name: "swift-otter-42",
    title: "Weekly planning",
    participants: [],
    audience: 0,
    chat: [],
    map: { epoch: 0, audio: [], screen_audio: 0, video: [] },
    dominant: null,
    recording: null,
  };

  request: RoomMessages["request"] = async (type, data) => {
    this.sent.push([type, data]);
    const refusal = this.refusals.get(type);
    if (refusal) throw refusal;
    return (this.answers.get(type) ?? {}) as never;
  };

  listen(listener: RoomListener): () => void {
    this.#listener = listener;
    listener.handleRoom(this.#room);
    return () => {
      this.#listener = null;
    };
  }

  enter(change: { [K in keyof WireRoom]?: WireRoom[K] | undefined }): void {
    this.#room = { ...this.#room, ...change } as WireRoom;
    this.#listener?.handleRoom(this.#room);
  }

  tell(event: ServerEvent): void {
    this.#listener?.handleEvent(event);
  }
}

export class FakeMeeting implements MeetingControls {
  readonly media = new FakeMedia();
  readonly channel = new FakeChannel();
  readonly calls: (readonly unknown[])[] = [];
  levels: ReadonlyMap<number, number> = new Map();
  readonly #listeners = new Set<(snapshot: Snapshot) => void>();
  readonly #handlers = new Map<keyof MeetingEvents, Set<Handler>>();
  snapshot: Snapshot = {
    state: { name: "idle" },
    media: "none",
    room: null,
    dialIn: null,
    self: null,
    participants: [],
    unlisted: 0,
    dominant: null,
    active: [],
    videos: new Map(),
    audios: [],
    chat: [],
    quality: 0,
  };

  set(change: Partial<Snapshot>): void {
    this.snapshot = { ...this.snapshot, ...change };
    for (const listener of this.#listeners) listener(this.snapshot);
  }

  emit<K extends keyof MeetingEvents>(type: K, event: MeetingEvents[K]): void {
    for (const handler of this.#handlers.get(type) ?? []) handler(event as never);
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  on<K extends keyof MeetingEvents>(type: K, listener: (event: MeetingEvents[K]) => void): () => void {
    const handlers = this.#handlers.get(type) ?? new Set();
    this.#handlers.set(type, handlers.add(listener as Handler));
    return () => handlers.delete(listener as Handler);
  }

  prepare(): void {
    this.calls.push(["prepare"]);
  }
  async join(options: object): Promise<void> {
    this.calls.push(["join", options]);
  }
  async resume(): Promise<boolean> {
    return false;
  }
  async leave(): Promise<void> {
    this.calls.push(["leave"]);
    this.set({ state: { name: "left", reason: "left", by: null, message: "" } });
  }
  async end(): Promise<void> {
    this.calls.push(["end"]);
    this.set({ state: { name: "left", reason: "ended", by: null, message: "" } });
  }
  setMicrophone(on: boolean): Promise<void> {
    this.calls.push(["setMicrophone", on]);
    return this.media.setOn("microphone", on);
  }
  setCamera(on: boolean): Promise<void> {
    this.calls.push(["setCamera", on]);
    return this.media.setOn("camera", on);
  }
  startScreenShare(): Promise<void> {
    this.calls.push(["startScreenShare"]);
    return this.media.startScreen();
  }
  async stopScreenShare(): Promise<void> {
    this.calls.push(["stopScreenShare"]);
    this.media.stopScreen();
  }
  async sendChat(text: string, to: string | null = null): Promise<void> {
    this.calls.push(["sendChat", text, to]);
    const at = Date.now();
    const message = { id: `c${at}`, participant: this.snapshot.self?.id ?? "", name: "", to, text, at };
    this.set({ chat: [...this.snapshot.chat, message] });
  }
  async rename(name: string): Promise<void> {
    this.calls.push(["rename", name]);
    const named = (person: Participant) => (person.isSelf ? { ...person, name } : person);
    const { self, participants } = this.snapshot;
    this.set({ self: self && named(self), participants: participants.map(named) });
  }
  async renameCaller(participant: string, name: string): Promise<void> {
    this.calls.push(["renameCaller", participant, name]);
  }
  async raiseHand(up: boolean): Promise<void> {
    this.calls.push(["raiseHand", up]);
  }
  async lowerHand(participant: string): Promise<void> {
    this.calls.push(["lowerHand", participant]);
  }
  async muteParticipant(participant: string, source: string): Promise<void> {
    this.calls.push(["mute", participant, source]);
  }
  async removeParticipant(participant: string): Promise<void> {
    this.calls.push(["remove", participant]);
  }
  setView(shown: unknown, pinned: unknown): void {
    this.calls.push(["view", shown, pinned]);
  }
  setSaving(isSaving: boolean): void {
    this.calls.push(["saving", isSaving]);
  }
  audioLevels(): ReadonlyMap<number, number> {
    return this.levels;
  }
}

/** A participant with a source of each kind; ids follow from `index`. */
export function fakePerson(index: number, change: Partial<Participant> = {}): Participant {
  const base = index * 10;
  return {
    id: `p${index}`,
    name: `Person ${index}`,
    role: index === 0 ? "host" : "panelist",
    kind: "browser",
    joinedAt: 1_763_885_000_000 + index * 1_000,
    connected: true,
    quality: 4,
    sources: {
      microphone: { id: base + 1, state: "live" },
      camera: { id: base + 2, state: "live" },
      screen: { id: base + 3, state: "off" },
    },
    isHandUp: false,
    handAt: 0,
    isSelf: index === 0,
    ...change,
  };
}
