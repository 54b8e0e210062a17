// The chat: messages by author, and the field for one's own below them.

import "./messages.css";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ChatMessage } from "../../../sdk/index.ts";
import { Confirm } from "../../common/dialog.tsx";
import { roomWords } from "../../room/words.ts";
import { may, snapshot } from "../../state/meeting.ts";
import { ChatRules } from "./chat-rules.tsx";
import { deleteMessage } from "./chat-state.ts";
import { Composer } from "./composer.tsx";
import { Held } from "./held.tsx";
import { Message } from "./message.tsx";
import { words } from "./words.ts";

/** Nearer to the end than this, new messages are followed. */
const kEndPixels = 80;

export function ChatPanel() {
  const room = roomWords.value;
  const { chat } = snapshot.value;
  const list = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [deleting, setDeleting] = useState<ChatMessage | null>(null);
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
        aria-label={room.chat}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          isAtEnd.current = scrollHeight - scrollTop - clientHeight < kEndPixels;
        }}
      >
        {chat.length === 0 && <p class="soft messages-empty">{room.chatEmpty}</p>}
        {chat.map((message, index) => (
          <Message
            key={message.id}
            message={message}
            previous={chat[index - 1]}
            onDelete={may("chat_moderate") ? setDeleting : null}
          />
        ))}
      </div>
      <Held />
      <ChatRules />
      <Composer />
      {deleting && (
        <Confirm
          title={words.value.deleteQuestion}
          text={deleting.text}
          action={words.value.deleteConfirm}
          onConfirm={() => deleteMessage(deleting.id)}
          onClose={() => setDeleting(null)}
        />
      )}
    </>
  );
}
