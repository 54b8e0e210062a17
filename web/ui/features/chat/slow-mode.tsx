// How often one may write: a host chooses, everyone else is told.

import { may } from "../../state/meeting.ts";
import { setSlow, slowSeconds } from "./chat-state.ts";
import { words } from "./words.ts";

const kChoices = [0, 5, 15, 30, 60] as const;

export function SlowMode() {
  const text = words.value;
  const now = slowSeconds.value;
  if (!may("chat_moderate")) {
    return now === 0 ? null : (
      <p class="slow-mode soft" data-testid="slow-mode">
        {text.slow} · {text.slowEvery(now)}
      </p>
    );
  }
  const choices = kChoices.some((seconds) => seconds === now) ? kChoices : [...kChoices, now];
  return (
    <label class="slow-mode">
      <span class="soft">{text.slow}</span>
      <select
        class="input"
        data-testid="slow-mode"
        value={now}
        onChange={(event) => setSlow(Number(event.currentTarget.value))}
      >
        {choices.map((seconds) => (
          <option key={seconds} value={seconds}>
            {seconds === 0 ? text.slowOff : text.slowEvery(seconds)}
          </option>
        ))}
      </select>
    </label>
  );
}
