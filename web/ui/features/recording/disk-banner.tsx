// What the recording gives up while the server's disk has little room.

import { current } from "./recording-state.ts";
import { words } from "./words.ts";

export function DiskBanner() {
  const disk = current.value?.disk;
  if (!disk) return null;
  return (
    <div class={disk === "sound_only" ? "banner bad" : "banner"} role="status" data-testid="recording-disk">
      {words.value.disk[disk]}
    </div>
  );
}
