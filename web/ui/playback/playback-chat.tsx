// The chat as it was at this time: later messages are pale, a click on a time goes there.

import "../features/chat/messages.css";
import "../room/panel.css";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon } from "../common/icons.tsx";
import { MessageText } from "../features/chat/message-text.tsx";
import { t } from "../i18n/index.ts";
import type { ChatLine } from "./core/recording.ts";
import { timeText } from "./core/time-text.ts";
import { isChatOpen, recording, seek, written } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

export function PlaybackChat() {
  const words = playbackWords.value;
  const { chat } = recording.value;
  const list = useRef<HTMLDivElement>(null);
  const count = written.value;
  useLayoutEffect(() => {
    const last = list.current?.children[Math.max(count - 1, 0)];
    if (!last) return;
    // Its height is known once it has come into sight.
    const observer = new ResizeObserver(() => last.scrollIntoView({ block: "nearest" }));
    observer.observe(last);
    return () => observer.disconnect();
  }, [count]);
  return (
    <aside class="panel playback-chat" aria-label={words.chat} data-testid="chat-panel">
      <div class="panel-header">
        <h2>{words.chat}</h2>
        <button
          type="button"
          class="button quiet icon"
          aria-label={t.value.close}
          title={t.value.close}
          onClick={() => {
            isChatOpen.value = false;
          }}
        >
          <Icon name="close" size={20} />
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a list that scrolls must be reachable by keyboard */}
      <div ref={list} class="messages" tabIndex={0} role="log" aria-label={words.chat}>
        {chat.length === 0 && <p class="soft messages-empty">{words.noChat}</p>}
        {chat.map((line, index) => (
          <Line key={index} line={line} isLater={index >= count} />
        ))}
      </div>
    </aside>
  );
}

function Line({ line, isLater }: { line: ChatLine; isLater: boolean }) {
  return (
    <div class={isLater ? "message later" : "message"} data-testid="chat-line" data-later={isLater}>
      <div class="message-head">
        <span class="message-author">{line.name}</span>
        <button type="button" class="chat-time" onClick={() => seek(line.at)}>
          {timeText(line.at)}
        </button>
      </div>
      <MessageText text={line.text} />
    </div>
  );
}
