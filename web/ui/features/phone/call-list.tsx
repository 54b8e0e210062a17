// Above the people: whom the room calls, how far that is, and why it came to nothing.

import "./phone.css";
import type { WireCall } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { Icon } from "../../common/icons.tsx";
import { meeting } from "../../state/meeting.ts";
import { calls, dismiss, isUnderWay } from "./phone-state.ts";
import { words } from "./words.ts";

export function CallList() {
  const text = words.value;
  if (!calls.value || calls.value.length === 0) return null;
  return (
    <ul class="call-list" aria-label={text.calls} aria-live="polite">
      {calls.value.map((call) => (
        <Call key={call.id} call={call} />
      ))}
    </ul>
  );
}

function Call({ call }: { call: WireCall }) {
  const text = words.value;
  const { id, name, state } = call;
  const label = isUnderWay(call) ? text.cancelFor(name) : text.dismissFor(name);
  return (
    <li class="call-row" data-testid="call" data-state={state}>
      <span class="call-mark" aria-hidden="true">
        <Icon name="phone" size={20} />
      </span>
      <span class="call-text">
        <span class="call-name">{name}</span>
        <span class="soft call-state">{text.states[state]}</span>
      </span>
      <button
        type="button"
        class="button quiet icon"
        data-testid="end-call"
        aria-label={label}
        title={label}
        onClick={() =>
          isUnderWay(call) ? void attempt(meeting.channel.request("phone.cancel", { call: id })) : dismiss(id)
        }
      >
        <Icon name="close" size={18} />
      </button>
    </li>
  );
}
