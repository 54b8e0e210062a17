export { toVideoCodec } from "./codecs.ts";
export { browserEnvironment, type Environment } from "./environment.ts";
export {
  type CreatedRoom,
  HostApi,
  type ListedRecording,
  type ListedRoom,
  type RecordingFilter,
  type RecordingUpload,
  type RoomCheck,
  type RoomWish,
} from "./host-api.ts";
export { LevelMeter } from "./level-meter.ts";
export { LocalMedia } from "./local-media.ts";
export { Meeting, type MeetingOptions } from "./meeting.ts";
export { type Action, mayDo } from "./permissions.ts";
export { PhoneApi, type Trunk } from "./phone-api.ts";
export type {
  DialState,
  DiskStep,
  LobbyRules,
  LobbySettings,
  Reaction,
  Requests,
  RequestType,
  ServerEvent,
  WireAnnouncement,
  WireBroadcast,
  WireCall,
  WireChatMessage,
  WireInvitation,
  WirePhone,
  WirePoll,
  WirePollResults,
  WireQuestion,
  WireRecording,
  WireRoom,
  WireShown,
  WireStage,
  WireWaiting,
} from "./protocol.ts";
export { type Composition, type FilePiece, type MadeFile, RecordingApi } from "./recording-api.ts";
export type { AttendanceRow, MeetingReport, ReportPart } from "./report.ts";
export { deleteRoom, renewInvitation } from "./room-api.ts";
export type { RoomListener, RoomMessages } from "./room-channel.ts";
export { SpeakerOutput } from "./speaker-output.ts";
export type { ConnectionStats, InboundStats, OutboundStats, TransportStats } from "./stats.ts";
export * from "./types.ts";
