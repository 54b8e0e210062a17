import type { Feature } from "../feature.ts";
import { DiskBanner } from "./disk-banner.tsx";
import { RecordControl, RecordLines } from "./record-control.tsx";
import { RecordingDialogs } from "./recording-dialogs.tsx";
import { RecordingMark } from "./recording-mark.tsx";
import { forget, listener } from "./recording-state.ts";

export const recording: Feature = {
  name: "recording",
  Mark: RecordingMark,
  Notice: DiskBanner,
  Control: RecordControl,
  MenuLines: RecordLines,
  Over: RecordingDialogs,
  listener,
  handleLeft: forget,
};
