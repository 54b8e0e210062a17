// Whether the person wants to be heard and seen: outlives a meeting, so that nobody who had the camera off
// is seen after joining again.

import type { PermissionKind } from "../../sdk/index.ts";
import { meeting } from "./meeting.ts";

const wishes: Record<PermissionKind, boolean> = { microphone: true, camera: true };

export function noteWish(kind: PermissionKind, on: boolean): void {
  wishes[kind] = on;
}

/** Opens what is wanted, with one question to the person where it is both. */
export function openWished(): void {
  if (wishes.microphone && wishes.camera) {
    void meeting.media.openBoth();
    return;
  }
  for (const kind of ["microphone", "camera"] as const) {
    if (wishes[kind]) void meeting.media.setOn(kind, true);
  }
}
