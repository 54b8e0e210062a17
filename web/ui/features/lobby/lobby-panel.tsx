// The queue of those who wait, and the doors of the room.

import "./lobby.css";
import { useState } from "preact/hooks";
import type { WireWaiting } from "../../../sdk/index.ts";
import { Avatar } from "../../common/avatar.tsx";
import { Dialog } from "../../common/dialog.tsx";
import { Icon } from "../../common/icons.tsx";
import { t } from "../../i18n/index.ts";
import { admit, deny, queue, setLobby, setLocked, settings } from "./lobby-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 200;

export function LobbyPanel() {
  const text = words.value;
  const [denying, setDenying] = useState<WireWaiting | null>(null);
  return (
    <>
      <ul class="waiting-list" aria-label={text.tab}>
        {queue.value.map((one) => (
          <Waiting key={one.id} one={one} onDeny={setDenying} />
        ))}
      </ul>
      {queue.value.length === 0 && <p class="soft lobby-empty">{text.empty}</p>}
      {queue.value.length > 1 && (
        <div class="panel-footer">
          <button type="button" class="button primary wide" data-testid="admit-all" onClick={() => admit()}>
            {text.admitAll}
          </button>
        </div>
      )}
      <div class="doors">
        <label class="choice">
          <input
            type="checkbox"
            data-testid="lobby-on"
            checked={settings.value?.on ?? false}
            onChange={(event) => setLobby(event.currentTarget.checked)}
          />
          <span>{text.on}</span>
        </label>
        <label class="choice">
          <input
            type="checkbox"
            data-testid="lobby-locked"
            checked={settings.value?.locked ?? false}
            onChange={(event) => setLocked(event.currentTarget.checked)}
          />
          <span>{text.locked}</span>
        </label>
      </div>
      {denying && <DenyDialog one={denying} onClose={() => setDenying(null)} />}
    </>
  );
}

function Waiting({ one, onDeny }: { one: WireWaiting; onDeny: (one: WireWaiting) => void }) {
  const text = words.value;
  const { id, name, kind } = one;
  return (
    <li class="waiting-row" data-testid="waiting-person">
      <Avatar id={id} name={name} />
      <span class="waiting-name">{name}</span>
      {kind === "phone" && (
        <span class="waiting-mark" role="img" data-testid="by-phone" aria-label={t.value.room.byPhone}>
          <Icon name="phone" size={18} />
        </span>
      )}
      <button
        type="button"
        class="button quiet"
        data-testid="deny"
        aria-label={text.denyFor(name)}
        onClick={() => onDeny(one)}
      >
        {text.deny}
      </button>
      <button
        type="button"
        class="button primary"
        data-testid="admit"
        aria-label={text.admitFor(name)}
        onClick={() => admit(id)}
      >
        {text.admit}
      </button>
    </li>
  );
}

function DenyDialog({ one: { id, name, kind }, onClose }: { one: WireWaiting; onClose: () => void }) {
  const text = words.value;
  const [message, setMessage] = useState("");
  return (
    <Dialog title={text.denyQuestion(name)} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          deny(id, message.trim());
        }}
      >
        {kind === "phone" ? (
          <p>{text.denyCaller}</p>
        ) : (
          <label class="field">
            <span>{text.denyMessage}</span>
            <input
              class="input"
              data-testid="deny-message"
              value={message}
              maxLength={kMostCharacters}
              autocomplete="off"
              onInput={(event) => setMessage(event.currentTarget.value)}
            />
          </label>
        )}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t.value.cancel}
          </button>
          <button type="submit" class="button danger" data-testid="deny-confirm">
            {text.deny}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
