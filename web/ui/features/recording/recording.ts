import type { Feature } from "../feature.ts";
import { ConsentDialog } from "./consent-dialog.tsx";
import { RecordControl, RecordLines } from "./record-control.tsx";
import { RecordingMark } from "./recording-mark.tsx";
import { RecordingNotices } from "./recording-notices.tsx";
import { forget, listener } from "./recording-state.ts";

export const recording: Feature = {
  name: "recording",
  Mark: RecordingMark,
  Notice: RecordingNotices,
  Control: RecordControl,
  MenuLines: RecordLines,
  Over: ConsentDialog,
  listener,
  handleLeft: forget,
};
