export { browserEnvironment, type Environment } from "./environment.ts";
export { type CreatedRoom, HostApi, type ListedRoom, type RoomCheck } from "./host-api.ts";
export { LevelMeter } from "./level-meter.ts";
export { LocalMedia } from "./local-media.ts";
export { Meeting, type MeetingOptions } from "./meeting.ts";
export { SpeakerOutput } from "./speaker-output.ts";
export type { ConnectionStats, InboundStats, OutboundStats, TransportStats } from "./stats.ts";
export { exposeForTests } from "./test-hook.ts";
export * from "./types.ts";
