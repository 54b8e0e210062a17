// The words that the SDK and a user interface share. Everything that a snapshot holds is immutable:
// a change makes a new object, so that identity comparison tells what has to be drawn again.

import type { RoomMessages } from "./room-channel.ts";

export type Role = "host" | "cohost" | "panelist" | "attendee";
export type SourceKind = "microphone" | "camera" | "screen" | "screen_audio";
export type ParticipantKind = "browser" | "whip" | "whep" | "phone";
/** 4 is best, 1 is bad, 0 is unknown. */
export type Quality = 0 | 1 | 2 | 3 | 4;

export interface SourceInfo {
  /** Unique in the server's life; the key of `Snapshot.videos` and `Meeting.audioLevels()`. */
  readonly id: number;
  readonly state: "live" | "off";
}

export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly kind: ParticipantKind;
  /** Unix milliseconds. */
  readonly joinedAt: number;
  /** False while its connection is lost and may come back. */
  readonly connected: boolean;
  /** What the server measured of its network. */
  readonly quality: Quality;
  readonly sources: Readonly<Partial<Record<SourceKind, SourceInfo>>>;
  readonly isHandUp: boolean;
  /** Since when, by the server's clock in Unix milliseconds; 0 while it is not. */
  readonly handAt: number;
  readonly isSelf: boolean;
}

export interface ChatMessage {
  readonly id: string;
  /** Its author's id; the author may have left. */
  readonly participant: string;
  readonly name: string;
  /** Who reads it but its author: everyone (null), the hosts, or one participant by id. */
  readonly to: string | null;
  readonly text: string;
  /** Unix milliseconds, the server's clock. */
  readonly at: number;
}

/**
 * `live`: its picture is in the slot. `waiting`: it will be, show a placeholder. `paused`: the link is
 * too weak for it. `unsupported`: this browser cannot decode it.
 */
export type VideoState = "live" | "waiting" | "paused" | "unsupported";

export interface RemoteVideo {
  readonly source: number;
  readonly participant: string | null;
  readonly kind: "camera" | "screen";
  readonly state: VideoState;
  /** The link is too weak for as large a picture as is wanted; a smaller one is shown. */
  readonly isLimited: boolean;
  /** The same object as long as the source stays in its slot: assign it to `srcObject`. */
  readonly stream: MediaStream;
}

/** One audio slot. Play all of them, always; who speaks in it changes without notice to the player. */
export interface RemoteAudio {
  readonly slot: number;
  readonly kind: "microphone" | "screen_audio";
  /** The source that speaks in it, 0 while it is silent. */
  readonly source: number;
  readonly stream: MediaStream;
}

/** Codes of signaling/PROTOCOL.md, then those that only a client can find. */
export type ErrorCode =
  | "bad_request"
  | "unknown_type"
  | "too_large"
  | "too_many_requests"
  | "not_joined"
  | "already_joined"
  | "room_not_found"
  | "link_invalid"
  | "passcode_required"
  | "passcode_wrong"
  | "token_invalid"
  | "token_expired"
  | "forbidden"
  | "room_full"
  | "server_full"
  | "name_invalid"
  | "offer_invalid"
  | "no_common_codec"
  | "resume_expired"
  | "participant_not_found"
  | "source_not_found"
  | "recording_not_found"
  | "emergency_number"
  | "number_refused"
  | "closing"
  | "internal"
  /** No answer from the server at all. */
  | "server_unreachable"
  /** This browser lacks WebRTC or WebSocket. */
  | "unsupported_browser";

/** `replaced`: the same participant came in by another tab or window. `denied`: not let in by a host. */
export type LeaveReason = "left" | "ended" | "removed" | "replaced" | "denied";

export type MeetingState =
  | { readonly name: "idle" }
  | { readonly name: "connecting" }
  /** Until a host lets one in. `place`: 1 is the next; null: until the webinar is live. */
  | {
      readonly name: "waiting";
      readonly title: string;
      readonly place: number | null;
      /** What hosts announce; null when there is nothing. */
      readonly announcement: string | null;
    }
  | { readonly name: "joined" }
  /** The server or the network is away; it comes back by itself. `since`: Unix milliseconds. */
  | { readonly name: "reconnecting"; readonly attempt: number; readonly since: number }
  | {
      readonly name: "left";
      readonly reason: LeaveReason;
      readonly by: string | null;
      /** A host's words with `denied`; else empty. */
      readonly message: string;
    }
  | { readonly name: "failed"; readonly code: ErrorCode; readonly message: string };

/**
 * How media itself fares; `state` speaks of the meeting. `blocked`: it never found a way to the server
 * (firewall, VPN); it is still tried.
 */
export type MediaState = "none" | "connecting" | "connected" | "interrupted" | "blocked";

export type DeviceErrorCode =
  | "permission-denied"
  | "no-device"
  | "device-in-use"
  | "insecure-page"
  | "unsupported"
  | "unknown";

export type DeviceKind = "microphone" | "camera" | "speaker";

export interface Device {
  readonly id: string;
  readonly kind: DeviceKind;
  /** Empty until permission was given. */
  readonly label: string;
}

export type PermissionKind = "microphone" | "camera";
export type PermissionValue = "granted" | "denied" | "prompt" | "unknown";

/** One of the own microphone and camera. */
export interface LocalSource {
  /** What the person wants; with an `error` it cannot be had. */
  readonly on: boolean;
  /** The device is being opened. */
  readonly opening: boolean;
  readonly error: DeviceErrorCode | null;
  /** Chosen device, null for the browser's default. */
  readonly deviceId: string | null;
  /** The open device's track; a muted microphone keeps its track, a camera that is off has none. */
  readonly track: MediaStreamTrack | null;
  /** For preview; the same object as long as the track is the same. */
  readonly stream: MediaStream | null;
}

export interface LocalScreen {
  readonly on: boolean;
  readonly opening: boolean;
  readonly error: DeviceErrorCode | null;
  readonly stream: MediaStream | null;
  readonly hasAudio: boolean;
}

export interface LocalMediaSnapshot {
  readonly microphone: LocalSource;
  readonly camera: LocalSource;
  readonly screen: LocalScreen;
  /** Where sound is played; null for the default. */
  readonly speakerId: string | null;
  readonly devices: readonly Device[];
  readonly permissions: Readonly<Record<PermissionKind, PermissionValue>>;
}

/** How to come in by telephone. */
export interface DialIn {
  readonly numbers: readonly string[];
  readonly pin: string;
  /** Of this room alone: they ask for no PIN. */
  readonly own_numbers?: readonly string[];
}

export interface Snapshot {
  readonly state: MeetingState;
  readonly media: MediaState;
  readonly room: { readonly name: string; readonly title: string } | null;
  /** Null where there are no phones. */
  readonly dialIn: DialIn | null;
  readonly self: Participant | null;
  /** In the order they came, oneself included. */
  readonly participants: readonly Participant[];
  /** How many more watch who are counted and not listed. */
  readonly unlisted: number;
  readonly dominant: string | null;
  readonly active: readonly string[];
  /** What is in a video slot just now, by source id. */
  readonly videos: ReadonlyMap<number, RemoteVideo>;
  readonly audios: readonly RemoteAudio[];
  readonly chat: readonly ChatMessage[];
  /** The own connection, seen from here. */
  readonly quality: Quality;
}

export interface JoinOptions {
  readonly room: string;
  /** The invitation's secret. Exactly one of `invite` and `token`. */
  readonly invite?: string;
  readonly token?: string;
  /** Of rooms that ask for one, with an invitation. */
  readonly passcode?: string;
  readonly name: string;
}

export interface ShownSource {
  readonly source: number;
  /** CSS pixels × device pixel ratio. */
  readonly height: number;
}

/** Things that happen, as against things that are: for toasts, sounds and announcements. */
export interface MeetingEvents {
  /** The snapshot is a new one. */
  change: Snapshot;
  chat: ChatMessage;
  participantJoined: Participant;
  participantLeft: {
    readonly participant: Participant;
    /** `audience`: still there, and not listed any more. */
    readonly reason: "left" | "removed" | "lost" | "audience";
  };
  /** A host turned off one's own source. */
  mutedByHost: { readonly source: SourceKind; readonly by: Participant | null };
  /** The meeting goes on after an interruption. */
  reconnected: { readonly afterMs: number };
}

/** Thrown by requests. `message` is the server's English sentence; translate by `code`. */
export class ParleyError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterMs: number | null;
  constructor(code: ErrorCode, message: string, retryAfterMs: number | null = null) {
    super(message);
    this.name = "ParleyError";
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The part of `LocalMedia` (sdk/local-media.ts) that a user interface uses. */
export interface LocalMediaControls {
  readonly snapshot: LocalMediaSnapshot;
  subscribe(listener: (snapshot: LocalMediaSnapshot) => void): () => void;
  /** Both on, with one question to the person instead of two; what cannot be had shows its `error`. */
  openBoth(): Promise<void>;
  /** Opens or closes; never rejects: a failure is in `snapshot.*.error`. */
  setOn(kind: "microphone" | "camera", on: boolean): Promise<void>;
  /** Changes the device at once, also in a meeting; mute state is kept. */
  setDevice(kind: DeviceKind, id: string | null): Promise<void>;
  /** Asks the browser for a screen, window or tab, with its sound where there is any. */
  startScreen(): Promise<void>;
  stopScreen(): void;
  /** Closes every device; they can be opened again. Leaving a meeting does it too. */
  release(): void;
}

/** The part of `Meeting` (sdk/meeting.ts) that a user interface uses. */
export interface MeetingControls {
  /** For the features of the room that are not among these members. */
  readonly channel: RoomMessages;
  readonly snapshot: Snapshot;
  readonly media: LocalMediaControls;
  subscribe(listener: (snapshot: Snapshot) => void): () => void;
  on<K extends keyof MeetingEvents>(type: K, listener: (event: MeetingEvents[K]) => void): () => void;
  /** Opens the socket and readies the offer, so that `join` is quick. Call it when the page opens. */
  prepare(): void;
  /** Joins with the microphone and camera as `media` holds them. Rejects with `ParleyError`. */
  join(options: JoinOptions): Promise<void>;
  /** After a reload: true when this tab was in `room` and came back as the same participant. */
  resume(room: string): Promise<boolean>;
  leave(): Promise<void>;
  end(): Promise<void>;
  setMicrophone(on: boolean): Promise<void>;
  setCamera(on: boolean): Promise<void>;
  startScreenShare(): Promise<void>;
  stopScreenShare(): Promise<void>;
  /** `to`: as `ChatMessage.to`. */
  sendChat(text: string, to?: string | null): Promise<void>;
  rename(name: string): Promise<void>;
  /** A host gives a caller by phone a name. */
  renameCaller(participant: string, name: string): Promise<void>;
  raiseHand(up: boolean): Promise<void>;
  /** A host lowers another's hand. */
  lowerHand(participant: string): Promise<void>;
  muteParticipant(participant: string, source: SourceKind): Promise<void>;
  removeParticipant(participant: string): Promise<void>;
  /** What is on the screen, most important first; call it as often as it changes. */
  setView(shown: readonly ShownSource[], pinned: readonly number[]): void;
  /** Whether the own camera is sent with fewer frames and no larger than half, for a thin or dear connection. */
  setSaving(isSaving: boolean): void;
  /** 0 to 1 per source that is heard just now, oneself included; read it per animation frame. */
  audioLevels(): ReadonlyMap<number, number>;
}
