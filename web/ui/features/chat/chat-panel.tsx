// The chat: messages by author, links made safe, Enter sends.

import "./messages.css";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { language, t } from "../../i18n/index.ts";
import { attempt } from "../../room/attempt.ts";
import { meeting, self, snapshot } from "../../state/meeting.ts";
import { MessageText } from "./message-text.tsx";

const kMostCharacters = 4_000;
const kSameBreathMs = 120_000;
/** Nearer to the end than this, new messages are followed. */
const kEndPixels = 80;

export function ChatPanel() {
  const words = t.value.room;
  const { chat } = snapshot.value;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const element = list.current;
    if (element && isAtEnd.current) element.scrollTop = element.scrollHeight;
  }, [chat]);
  return (
    <>
      <div
        ref={list}
        class="messages"
        role="log"
        aria-label={words.chat}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < kEndPixels;
        }}
      >
        {chat.length === 0 && <p class="soft messages-empty">{words.chatEmpty}</p>}
        {chat.map((message, index) => (
          <Message key={message.id} message={message} previous={chat[index - 1]} />
        ))}
      </div>
      <Composer />
    </>
  );
}

function Message({ message, previous }: { message: ChatMessage; previous: ChatMessage | undefined }) {
  const isOwn = message.participant === self.value?.id;
  const isFollowing =
    previous?.participant === message.participant && message.at - previous.at < kSameBreathMs;
  const time = new Intl.DateTimeFormat(language.value, { hour: "2-digit", minute: "2-digit" });
  return (
    <div class={isOwn ? "message own" : "message"} data-testid="chat-message" data-own={isOwn}>
      {!isFollowing && (
        <div class="message-head">
          <span class="message-author">{isOwn ? t.value.room.you : message.name}</span>
          <time class="soft" dateTime={new Date(message.at).toISOString()}>
            {time.format(message.at)}
          </time>
        </div>
      )}
      <MessageText text={message.text} />
    </div>
  );
}

function Composer() {
  const words = t.value.room;
  const [text, setText] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const send = async () => {
    const clean = text.trim();
    if (clean === "") return;
    setText("");
    if (!(await attempt(meeting.sendChat(clean)))) setText((now) => now || clean);
    input.current?.focus();
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        ref={input}
        class="input"
        data-testid="chat-input"
        rows={1}
        maxLength={kMostCharacters}
        placeholder={words.chatHint}
        aria-label={words.chatHint}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void send();
        }}
      />
      <button
        type="submit"
        class="button primary icon"
        data-testid="chat-send"
        aria-label={words.send}
        title={words.send}
        disabled={text.trim() === ""}
      >
        <Icon name="send" size={20} />
      </button>
    </form>
  );
}
