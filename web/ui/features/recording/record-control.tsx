// A host's button in the bar, and what can be done with the recording: behind it, or in the menu.

import { MenuItem } from "../../common/menu-item.tsx";
import { Popover } from "../../common/popover.tsx";
import { isHost } from "../../state/meeting.ts";
import { current, isOffered, pauseOrResume, start, stop } from "./recording-state.ts";
import { words } from "./words.ts";

export function RecordControl() {
  if (!isHost.value || !isOffered.value) return null;
  const text = words.value;
  return (
    <Popover
      label={text.record}
      icon="record"
      class={current.value ? "round roomy recording-on" : "round roomy"}
      testid="record"
    >
      {!current.value && <p class="popover-text soft">{text.startText}</p>}
      <RecordLines />
    </Popover>
  );
}

export function RecordLines() {
  const text = words.value;
  const recording = current.value;
  if (!isHost.value || !isOffered.value) return null;
  if (!recording) return <MenuItem icon="record" label={text.start} testid="record-start" onClick={start} />;
  return (
    <>
      <MenuItem
        icon={recording.isPaused ? "record" : "pause"}
        label={recording.isPaused ? text.resume : text.pause}
        testid="record-pause"
        onClick={pauseOrResume}
      />
      <MenuItem
        icon="stop"
        label={text.stop}
        testid="record-stop"
        class="danger-text"
        onClick={() => void stop()}
      />
    </>
  );
}
