import type { Feature } from "../feature.ts";
import { BroadcastLines } from "./broadcast-lines.tsx";
import { BroadcastMark } from "./broadcast-mark.tsx";
import { BroadcastOver } from "./broadcast-over.tsx";
import { forget, listener } from "./broadcast-state.ts";

export const broadcast: Feature = {
  name: "broadcast",
  Mark: BroadcastMark,
  MenuLines: BroadcastLines,
  Over: BroadcastOver,
  listener,
  handleLeft: forget,
};
