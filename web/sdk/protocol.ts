// The messages of signaling/PROTOCOL.md as they are on the wire. Only decode.ts and the classes that
// talk to the server know these names; everyone else uses types.ts.

import type { ErrorCode, ParticipantKind, Role, SourceKind, VideoState } from "./types.ts";

export const kSubprotocol = "parley.v1";

export interface WireParticipant {
  id: string;
  name: string;
  role: Role;
  kind: ParticipantKind;
  joined_at: number;
  connected: boolean;
  hand?: true;
  /** With `hand`, Unix milliseconds. */
  hand_at?: number;
  quality: number;
  sources: Partial<Record<SourceKind, { id: number; state: "live" | "off" }>>;
}

export interface WireChatMessage {
  id: string;
  participant: string;
  name: string;
  /** Missing: everyone. */
  to?: string;
  text: string;
  at: number;
}

export interface WireSlotMap {
  epoch: number;
  audio: number[];
  screen_audio: number;
  video: { slot: number; source: number; state: VideoState; limited?: boolean }[];
}

export interface WireSlot {
  slot: number;
  mid: string;
  kind: "audio" | "video";
}

export interface WireRecording {
  id: string;
  state: "recording" | "paused";
  /** Unix milliseconds, or ISO 8601. */
  started_at: number | string;
  /** Nothing of anybody is stored before they agree. */
  consent: boolean;
  /** What is given up while the server's disk has little room. */
  disk?: DiskStep;
}

export type DiskStep = "no_composing" | "small_pictures" | "sound_only";

export interface WireRoom {
  version: number;
  name: string;
  title: string;
  participants: WireParticipant[];
  audience: number;
  chat: WireChatMessage[];
  map: WireSlotMap;
  dominant: string | null;
  dial_in?: { numbers: string[]; pin: string; own_numbers?: string[] };
  recording?: WireRecording | null;
  /** Made for tests: whoever runs the server may write down what is sent here. */
  debug?: boolean;
  features?: {
    /** `held`: what waits for a host, of those the ones that one may see. */
    chat?: { slow_seconds: number; moderated: boolean; held?: WireChatMessage[] };
    /** In the order in which they went up. */
    hand?: { queue: string[] };
    qa?: { questions: WireQuestion[] };
    poll?: { polls: WirePoll[] };
    /** `queue` and the links: for those who let people in. */
    lobby?: LobbySettings & WireInvitation & { queue?: WireWaiting[] };
    phone?: WirePhone;
    /** Of webinars. */
    live?: { live: boolean; waiting: number };
    stage?: WireStage;
    announcement?: WireAnnouncement | null;
    /** For whoever watches because so many were there before. */
    crowd?: { most_active: number };
    broadcast?: WireBroadcast;
  };
}

export interface JoinResult {
  participant: string;
  resume: string;
  role: Role;
  answer?: string;
  sources: Partial<Record<SourceKind, number>>;
  slots?: WireSlot[];
  room: WireRoom;
  /** Only in the answer to `resume`. */
  transport?: "kept" | "new" | "none";
}

/** Instead of a JoinResult: one waits until a host lets one in. */
export interface WaitingResult {
  resume: string;
  waiting: {
    title: string;
    /** Missing for whoever waits until a webinar is live. */
    place?: number;
    until?: "live";
    announcement?: WireAnnouncement;
  };
}

export type JoinAnswer = JoinResult | WaitingResult;

/** Whom hosts show to everybody, and how. */
export interface WireStage {
  spotlight: WireShown[];
  /** Null: each as they like. */
  layout: "gallery" | "speaker" | null;
}

export interface WireShown {
  participant: string;
  source: "camera" | "screen";
}

export interface WireAnnouncement {
  id: string;
  text: string;
  /** Unix milliseconds. */
  at: number;
}

/** Whom the lobby lets in by itself. */
export interface LobbyRules {
  tokens: boolean;
  returning: boolean;
  callers: boolean;
}

export interface LobbySettings {
  on: boolean;
  locked: boolean;
  admits: LobbyRules;
  /** Whether there is one. */
  passcode: boolean;
}

/** The secrets of the room's links, for hosts and co-hosts. */
export interface WireInvitation {
  invite?: string;
  /** Of webinars: onto the stage. */
  stage_invite?: string;
}

export interface WireWaiting {
  id: string;
  name: string;
  kind: "browser" | "phone";
  /** Unix milliseconds. */
  since: number;
}

export type BroadcastState = "starting" | "live" | "reconnecting" | "failed";

/** That the meeting is shown live to people outside; without `state` it is not. */
export interface WireBroadcast {
  state?: BroadcastState;
  /** Unix milliseconds. */
  started_at?: number;
  trouble?: string;
  /** For hosts, as all that follows. */
  offer?: { hls: boolean; rtmp_hosts: string[] };
  /** The address of the page that shows it, on this server. */
  watch?: string;
  targets?: { name: string; state: BroadcastState; trouble?: string }[];
}

/** `host_pin`: for hosts. `calls`: for those who may call somebody. */
export interface WirePhone {
  host_pin?: string;
  calls?: WireCall[];
}

export type DialState =
  | "calling"
  | "ringing"
  | "answered"
  | "joined"
  | "busy"
  | "no_answer"
  | "declined"
  | "unknown_number"
  | "not_confirmed"
  | "cancelled"
  | "room_full"
  | "failed";

/** Somebody whom the room calls by phone. */
export interface WireCall {
  id: string;
  name: string;
  by: string;
  state: DialState;
}

export interface WireQuestion {
  id: string;
  /** Missing where it was asked anonymously, as `name`. */
  participant?: string;
  name?: string;
  text: string;
  at: number;
  votes: number;
  answered: boolean;
  answer?: string;
  /** One's own vote and question; in snapshots only. */
  voted?: true;
  own?: true;
}

export interface WirePoll {
  id: string;
  question: string;
  options: string[];
  multiple: boolean;
  state: "draft" | "open" | "ended";
  shared: boolean;
  /** For those who see them; in snapshots and events of their own. */
  results?: WirePollResults;
  /** The options that one chose; in snapshots only. */
  own?: number[];
}

export interface WirePollResults {
  voters: number;
  /** By option. */
  votes: number[];
}

export type Reaction = "thumbs_up" | "clap" | "heart" | "laugh" | "surprise" | "party";

export interface OfferResult {
  answer: string;
  slots: WireSlot[];
}

export type SourcesByMid = Record<string, SourceKind>;

export interface OfferFields {
  offer: string;
  sources_by_mid: SourcesByMid;
}

export interface Requests {
  join: {
    data: {
      room: string;
      invite?: string;
      token?: string;
      name: string;
      publish: SourceKind[];
      client: string;
      instance?: string;
    } & Partial<OfferFields>;
    result: JoinAnswer;
  };
  resume: {
    /** Without `publish` the sources stay as they were. */
    data: { resume: string; publish?: SourceKind[] } & Partial<OfferFields>;
    result: JoinAnswer;
  };
  offer: {
    data: { sdp: string; sources_by_mid: SourcesByMid; fresh: boolean; beside?: boolean };
    result: OfferResult;
  };
  view: { data: { show: { source: number; height: number }[]; pinned: number[] }; result: object };
  publish: { data: { source: SourceKind; on: boolean }; result: object };
  chat: { data: { text: string; to?: string }; result: { message: string } };
  "chat.delete": { data: { message: string }; result: object };
  "chat.slow": { data: { seconds: number }; result: object };
  "chat.moderate": { data: { on: boolean }; result: object };
  "chat.approve": { data: { message: string }; result: { message: string } };
  "hand.next": { data: Record<string, never>; result: { participant?: string | null } };
  reaction: { data: { reaction: Reaction }; result: object };
  playback: {
    data: {
      ms: number;
      heard_ms: number;
      concealed_ms: number;
      video?: { source: number; frozen_ms: number; freezes: number }[];
    };
    result: object;
  };
  "qa.ask": { data: { text: string; anonymous?: boolean }; result: { question?: string } };
  "qa.vote": { data: { question: string; up: boolean }; result: object };
  "qa.answer": { data: { question: string; text?: string }; result: object };
  "qa.dismiss": { data: { question: string }; result: object };
  ban: { data: { participant: string }; result: object };
  "poll.create": {
    data: { question: string; options: string[]; multiple?: boolean };
    result: { poll?: string };
  };
  "poll.open": { data: { poll: string }; result: object };
  "poll.vote": { data: { poll: string; options: number[] }; result: object };
  "poll.end": { data: { poll: string }; result: object };
  "poll.share": { data: { poll: string; shared: boolean }; result: object };
  "poll.delete": { data: { poll: string }; result: object };
  "lobby.admit": { data: { waiting?: string }; result: { admitted?: number } };
  "lobby.deny": { data: { waiting: string; message?: string }; result: object };
  "lobby.set": { data: { on?: boolean; admits?: Partial<LobbyRules>; passcode?: string }; result: object };
  "lobby.renew": { data: { stage?: boolean }; result: WireInvitation };
  "phone.call": { data: { number: string; name?: string; language?: "en" | "zh" }; result: { call: string } };
  "phone.cancel": { data: { call: string }; result: object };
  "broadcast.start": { data: { hls?: boolean; targets?: string[] }; result: object };
  "broadcast.stop": { data: object; result: object };
  "lobby.lock": { data: { locked: boolean }; result: object };
  "live.go": { data: Record<string, never>; result: object };
  "stage.spotlight": { data: { show: WireShown[] }; result: object };
  "stage.layout": { data: { layout: WireStage["layout"] }; result: object };
  announcement: { data: { text: string }; result: { announcement?: string } };
  "announcement.withdraw": { data: Record<string, never>; result: object };
  ask: { data: { participant: string; source: "microphone" | "camera" }; result: object };
  role: { data: { participant: string; role: Role }; result: object };
  /** The resume token holds the name: a rename makes a new one. */
  rename: { data: { name: string; participant?: string }; result: { resume?: string } };
  hand: { data: { up: boolean; participant?: string }; result: object };
  mute: { data: { participant?: string; source: SourceKind; except?: string[] }; result: object };
  remove: { data: { participant: string }; result: object };
  record: {
    data: { action: "start" | "pause" | "resume" | "stop" };
    /** `ticket`: opens this recording without a token. */
    result: { recording?: string; ticket?: string };
  };
  consent: { data: { given: boolean }; result: object };
  end: { data: Record<string, never>; result: object };
  leave: { data: Record<string, never>; result: object };
  ping: { data: Record<string, never>; result: object };
}

export type RequestType = keyof Requests;

interface Events {
  participant_joined: { participant: WireParticipant };
  participant_changed: { participant: WireParticipant };
  participant_left: { participant: string; reason: "left" | "removed" | "lost" | "audience" };
  participants: { participants: WireParticipant[] };
  audience: { count: number };
  chat: { message: WireChatMessage };
  "chat.deleted": { message: string; by: string };
  "chat.settings": { slow_seconds: number; moderated: boolean };
  "chat.held": { message: WireChatMessage };
  "chat.decided": { message: string; approved: boolean; by: string };
  reaction: { counts: Partial<Record<Reaction, number>> };
  "qa.question": { question: WireQuestion };
  "qa.votes": { votes: Record<string, number> };
  "qa.dismissed": { question: string; by: string };
  "poll.poll": { poll: WirePoll };
  "poll.results": { poll: string; results: WirePollResults };
  "poll.deleted": { poll: string; by: string };
  /** To those who wait. */
  "lobby.place": { place: number };
  "lobby.admitted": JoinResult;
  "lobby.denied": { message: string };
  /** To those who let people in. */
  "lobby.knock": { waiting: WireWaiting };
  broadcast: { broadcast: WireBroadcast };
  "phone.settings": { phone: WirePhone };
  "phone.call": { call: WireCall; participant?: string };
  "lobby.gone": { waiting: string; reason: "admitted" | "denied" | "left" | "lost" };
  "lobby.settings": LobbySettings;
  /** Empty for others: theirs is void. */
  "lobby.invitation": WireInvitation;
  "live.began": Record<string, never>;
  "live.waiting": { count: number };
  "stage.settings": WireStage;
  /** To those who wait, too. */
  "announcement.changed": { announcement: WireAnnouncement | null };
  /** To the one who is asked. */
  ask: { source: "microphone" | "camera"; by: string };
  /** A co-host, after the last host left. */
  "role.host": { participant: string };
  /** To the one who has it now. */
  role: { role: Role; by: string };
  slots: WireSlotMap;
  speakers: { dominant: string | null; active: string[] };
  quality: { participants: Record<string, number> };
  muted: { source: SourceKind; by: string };
  demand: { source: SourceKind; encodings: number };
  move: Record<string, unknown>;
  recording: { recording: WireRecording | null; trouble?: { code: string; message: string } };
  ended: { by: string | null };
  removed: Record<string, unknown>;
  closing: { retry_after_ms: number };
}

export type ServerEvent = {
  [K in keyof Events]: { type: K; version?: number; data: Events[K] };
}[keyof Events];

export interface WireError {
  code: ErrorCode;
  message: string;
  field?: string;
  retry_after_ms?: number;
}

export const kCloseReplaced = 4001;
export const kCloseRemoved = 4002;
export const kCloseEnded = 4003;
export const kCloseLeft = 4004;
export const kCloseDenied = 4005;
