// Below the header: what the recording gives up while the server's disk has little room, and, for whoever
// stopped it, where it is. The meeting goes on meanwhile.

import { Notice } from "../../common/notice.tsx";
import { current, finished } from "./recording-state.ts";
import { words } from "./words.ts";

export function RecordingNotices() {
  return (
    <>
      <Disk />
      <Finished />
    </>
  );
}

function Disk() {
  const disk = current.value?.disk;
  if (!disk) return null;
  return (
    <div class={disk === "sound_only" ? "banner bad" : "banner"} role="status" data-testid="recording-disk">
      {words.value.disk[disk]}
    </div>
  );
}

function Finished() {
  if (!finished.value) return null;
  const text = words.value;
  const { id, ticket } = finished.value;
  const close = () => {
    finished.value = null;
  };
  return (
    <Notice
      icon="record"
      testid="recording-ready"
      onDismiss={close}
      actions={
        <a
          class="button primary"
          href={`/recordings/${encodeURIComponent(id)}${ticket === null ? "" : `#ticket=${ticket}`}`}
          target="_blank"
          rel="noopener"
          data-testid="open-recording"
          onClick={close}
        >
          {text.open}
        </a>
      }
    >
      {text.done}
    </Notice>
  );
}
