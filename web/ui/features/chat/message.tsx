// One message: its author, whom it went to, when, and its words.

import type { ChatMessage } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { language } from "../../i18n/index.ts";
import { roomWords } from "../../room/words.ts";
import { snapshot } from "../../state/meeting.ts";
import { ownId } from "./chat-state.ts";
import { MessageText } from "./message-text.tsx";
import { words } from "./words.ts";

const kSameBreathMs = 120_000;

interface MessageProps {
  message: ChatMessage;
  previous: ChatMessage | undefined;
  /** Null where this person may not. */
  onDelete: ((message: ChatMessage) => void) | null;
}

export function Message({ message, previous, onDelete }: MessageProps) {
  const isOwn = message.participant === ownId.value;
  const isFollowing =
    previous?.participant === message.participant &&
    previous.to === message.to &&
    message.at - previous.at < kSameBreathMs;
  const time = new Intl.DateTimeFormat(language.value, { hour: "2-digit", minute: "2-digit" });
  return (
    <div
      class={isOwn ? "message own" : "message"}
      data-testid="chat-message"
      data-own={isOwn}
      data-private={message.to !== null}
    >
      {!isFollowing && (
        <div class="message-head">
          <span class="message-author">{isOwn ? roomWords.value.you : message.name}</span>
          {message.to !== null && <span class="message-to">{addressOf(message.to)}</span>}
          <time class="soft" dateTime={new Date(message.at).toISOString()}>
            {time.format(message.at)}
          </time>
        </div>
      )}
      <div class="message-line">
        <MessageText text={message.text} />
        {onDelete && (
          <button
            type="button"
            class="message-delete"
            data-testid="delete-message"
            aria-label={words.value.delete}
            title={words.value.delete}
            onClick={() => onDelete(message)}
          >
            <Icon name="remove" size={16} />
          </button>
        )}
      </div>
    </div>
  );
}

function addressOf(to: string): string {
  const text = words.value;
  if (to === "hosts") return text.toHosts;
  if (to === ownId.value) return text.toYou;
  return text.toName(snapshot.value.participants.find(({ id }) => id === to)?.name ?? text.gone);
}
