// The red mark in the header: that it is recorded, and what is stored of oneself.

import "./recording.css";
import { MenuItem } from "../../common/menu-item.tsx";
import { Popover } from "../../common/popover.tsx";
import { language } from "../../i18n/index.ts";
import { answer, consent, current, isStored } from "./recording-state.ts";
import { words } from "./words.ts";

export function RecordingMark() {
  const recording = current.value;
  if (!recording) return null;
  const text = words.value;
  const state = recording.isPaused ? text.paused : text.recording;
  const time = new Intl.DateTimeFormat(language.value, { timeStyle: "short" });
  const own = isStored.value ? text.stored : consent.value === false ? text.notStored : text.asked;
  return (
    <Popover
      label={state}
      icon={
        <>
          <span class="mark-dot recording-dot" aria-hidden="true" />
          <span>{state}</span>
        </>
      }
      class={recording.isPaused ? "mark paused" : "mark on-air"}
      testid="recording-mark"
    >
      <div class="popover-text">
        <strong>{state}</strong>
        <p class="soft">{text.since(time.format(recording.startedAt))}</p>
        <p>{own}</p>
      </div>
      {recording.asksConsent && consent.value !== true && (
        <MenuItem icon="record" label={text.agree} testid="consent-later" onClick={() => void answer(true)} />
      )}
      {recording.asksConsent && consent.value === true && (
        <MenuItem
          icon="close"
          label={text.withdraw}
          testid="withdraw-consent"
          onClick={() => void answer(false)}
        />
      )}
    </Popover>
  );
}
