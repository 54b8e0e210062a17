// A room that was made for tests: everybody is told, on entering and by a mark, that what is sent in it
// may be written down.

import { signal } from "@preact/signals";
import { Popover } from "../../common/popover.tsx";
import { toast } from "../../state/toasts.ts";
import type { Feature } from "../feature.ts";
import { words } from "./words.ts";

const isTestRoom = signal(false);

function TestRoomMark() {
  if (!isTestRoom.value) return null;
  const { mark, text } = words.value;
  return (
    <Popover label={mark} icon={<span>{mark}</span>} class="mark" testid="test-room-mark">
      <div class="popover-text">
        <strong>{mark}</strong>
        <p>{text}</p>
      </div>
    </Popover>
  );
}

export const testRoom: Feature = {
  name: "test-room",
  Mark: TestRoomMark,
  listener: {
    handleRoom: ({ debug }) => {
      if (debug === true && !isTestRoom.value) toast(words.value.notice);
      isTestRoom.value = debug === true;
    },
    handleEvent: () => {},
  },
  handleLeft: () => {
    isTestRoom.value = false;
  },
};
