// What waits for a host in a moderated chat: hosts let it through or delete it, its author sees that it waits.

import type { WireChatMessage } from "../../../sdk/index.ts";
import { may } from "../../state/meeting.ts";
import { approve, deleteMessage, held } from "./chat-state.ts";
import { MessageText } from "./message-text.tsx";
import { words } from "./words.ts";

export function Held() {
  const text = words.value;
  if (held.value.length === 0) return null;
  return (
    <section class="held" aria-label={text.held} data-testid="held">
      {may("chat_moderate") && <h3>{`${text.held} (${held.value.length})`}</h3>}
      <ul>
        {held.value.map((message) => (
          <HeldMessage key={message.id} message={message} />
        ))}
      </ul>
    </section>
  );
}

function HeldMessage({ message: { id, name, text: said } }: { message: WireChatMessage }) {
  const text = words.value;
  const isHost = may("chat_moderate");
  return (
    <li class="held-message" data-testid="held-message">
      <span class="soft">{isHost ? name : text.heldOwn}</span>
      <MessageText text={said} />
      {isHost && (
        <span class="held-acts">
          <button
            type="button"
            class="button quiet"
            data-testid="held-reject"
            aria-label={text.rejectFor(name)}
            onClick={() => deleteMessage(id)}
          >
            {text.reject}
          </button>
          <button
            type="button"
            class="button primary"
            data-testid="held-approve"
            aria-label={text.approveFor(name)}
            onClick={() => approve(id)}
          >
            {text.approve}
          </button>
        </span>
      )}
    </li>
  );
}
