// The words to somebody who is not let in.

import { useState } from "preact/hooks";
import type { WireWaiting } from "../../../sdk/index.ts";
import { Dialog } from "../../common/dialog.tsx";
import { t } from "../../i18n/index.ts";
import { deny } from "./lobby-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 200;

export function DenyDialog({ one: { id, name, kind }, onClose }: { one: WireWaiting; onClose: () => void }) {
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
