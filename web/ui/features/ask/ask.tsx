// Somebody is asked to speak or to show themselves: nobody does it for them.

import { computed, signal } from "@preact/signals";
import { attempt } from "../../common/attempt.ts";
import { Notice } from "../../common/notice.tsx";
import { maySend, toggleCamera, toggleMicrophone } from "../../room/room-state.ts";
import { roomWords } from "../../room/words.ts";
import { local, meeting, snapshot } from "../../state/meeting.ts";
import type { Feature } from "../feature.ts";
import { words } from "./words.ts";

type Source = "microphone" | "camera";

const wish = signal<{ readonly source: Source; readonly by: string } | null>(null);
const asked = computed(() =>
  wish.value && maySend(wish.value.source) && !local.value[wish.value.source].on ? wish.value : null,
);

/** Asks another. */
export function ask(participant: string, source: Source): Promise<boolean> {
  return attempt(meeting.channel.request("ask", { participant, source }));
}

function forget(): void {
  wish.value = null;
}

function Asked() {
  if (!asked.value) return null;
  const text = words.value;
  const { source, by } = asked.value;
  const room = roomWords.value;
  return (
    <Notice
      icon={source === "microphone" ? "mic" : "camera"}
      testid="asked"
      onDismiss={forget}
      actions={
        <button
          type="button"
          class="button primary"
          data-testid="asked-do"
          onClick={() => {
            forget();
            if (source === "microphone") toggleMicrophone();
            else toggleCamera();
          }}
        >
          {source === "microphone" ? room.unmute : room.cameraOn}
        </button>
      }
    >
      {source === "microphone" ? text.toSpeak(by) : text.toShow(by)}
    </Notice>
  );
}

export const asking: Feature = {
  name: "ask",
  Notice: Asked,
  listener: {
    handleRoom: () => {},
    handleEvent: (event) => {
      if (event.type !== "ask") return;
      const { source, by } = event.data;
      const name = snapshot.value.participants.find(({ id }) => id === by)?.name;
      wish.value = { source, by: name ?? roomWords.value.aHost };
    },
  },
  handleLeft: forget,
};
