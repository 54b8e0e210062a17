// Practice before a webinar: who hears it, how many wait, and the button that lets them in.

import { Notice } from "../../common/notice.tsx";
import { may } from "../../state/meeting.ts";
import type { Feature } from "../feature.ts";
import { forget, goLive, listener, webinar } from "./live-state.ts";
import { words } from "./words.ts";

function Practice() {
  const text = words.value;
  if (webinar.value?.live !== false) return null;
  const { waiting } = webinar.value;
  return (
    <Notice
      icon="sound"
      testid="practice"
      actions={
        may("go_live") && (
          <button type="button" class="button primary" data-testid="go-live" onClick={goLive}>
            {text.goLive}
          </button>
        )
      }
    >
      <strong>{text.practice}</strong> {text.amongUs}{" "}
      <span data-testid="practice-waiting">{text.waiting(waiting)}</span>
    </Notice>
  );
}

function LiveMark() {
  if (!webinar.value?.live) return null;
  return (
    <span class="mark" data-testid="live-mark">
      {words.value.live}
    </span>
  );
}

export const live: Feature = {
  name: "live",
  Notice: Practice,
  Mark: LiveMark,
  listener,
  handleLeft: forget,
};
