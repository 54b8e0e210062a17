// The field for a message: whom it goes to, Enter sends.

import { useEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../common/icons.tsx";
import { roomWords } from "../../room/words.ts";
import { may } from "../../state/meeting.ts";
import { correspondents, recipient, send, waitSeconds, writeTo } from "./chat-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 4_000;
const kTickMs = 500;

export function Composer() {
  const room = roomWords.value;
  const [text, setText] = useState("");
  const input = useRef<HTMLTextAreaElement>(null);
  const wait = useWait();
  const submit = async () => {
    const clean = text.trim();
    if (clean === "" || wait > 0) return;
    setText("");
    if (!(await send(clean))) setText((now) => now || clean);
    input.current?.focus();
  };
  return (
    <form
      class="composer"
      data-private={recipient.value !== null}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Recipient />
      {wait > 0 && (
        <p class="composer-wait soft" role="status">
          {words.value.slowWait(wait)}
        </p>
      )}
      <textarea
        ref={input}
        class="input"
        data-testid="chat-input"
        rows={1}
        maxLength={kMostCharacters}
        placeholder={room.chatHint}
        aria-label={room.chatHint}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void submit();
        }}
      />
      <button
        type="submit"
        class="button primary icon"
        data-testid="chat-send"
        aria-label={room.send}
        title={room.send}
        disabled={text.trim() === "" || wait > 0}
      >
        <Icon name="send" size={20} />
      </button>
    </form>
  );
}

function Recipient() {
  const text = words.value;
  if (!may("chat_hosts") && correspondents.value.length === 0) return null;
  return (
    <label class="recipient">
      <span class="soft">{text.to}</span>
      <select
        class="input"
        data-testid="chat-to"
        value={recipient.value ?? ""}
        onChange={(event) => writeTo(event.currentTarget.value || null)}
      >
        <option value="">{text.everyone}</option>
        {may("chat_hosts") && <option value="hosts">{text.hosts}</option>}
        {correspondents.value.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Seconds until one may write again, counted down. */
function useWait(): number {
  const [now, setNow] = useState(Date.now());
  const wait = waitSeconds(Math.max(now, Date.now()));
  useEffect(() => {
    if (wait === 0) return;
    const timer = setInterval(() => setNow(Date.now()), kTickMs);
    return () => clearInterval(timer);
  }, [wait]);
  return wait;
}
