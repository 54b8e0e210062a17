// How one may write: a host chooses, everyone else is told.

import { may } from "../../state/meeting.ts";
import { isModerated, setModerated, setSlow, slowSeconds } from "./chat-state.ts";
import { words } from "./words.ts";

const kChoices = [0, 5, 15, 30, 60] as const;

export function ChatRules() {
  const text = words.value;
  const seconds = slowSeconds.value;
  if (may("chat_moderate")) return <Choices />;
  const rules = [
    isModerated.value && text.moderated,
    seconds > 0 && `${text.slow}: ${text.slowEvery(seconds)}`,
  ];
  const told = rules.filter(Boolean).join(" · ");
  return told === "" ? null : (
    <p class="chat-rules soft" data-testid="chat-rules">
      {told}
    </p>
  );
}

function Choices() {
  const text = words.value;
  const now = slowSeconds.value;
  const choices = kChoices.some((seconds) => seconds === now) ? kChoices : [...kChoices, now];
  return (
    <div class="chat-rules">
      <label class="choice">
        <input
          type="checkbox"
          data-testid="moderated"
          checked={isModerated.value}
          onChange={({ currentTarget }) => setModerated(currentTarget.checked)}
        />
        <span>{text.moderated}</span>
      </label>
      <label>
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
    </div>
  );
}
