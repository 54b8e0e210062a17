// The words to somebody who is not let in.

import { useState } from "preact/hooks";
import type { WireWaiting } from "../../../sdk/index.ts";
import { FormDialog } from "../../common/form-dialog.tsx";
import { deny } from "./lobby-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 200;

export function DenyDialog({ one: { id, name, kind }, onClose }: { one: WireWaiting; onClose: () => void }) {
  const text = words.value;
  const [message, setMessage] = useState("");
  return (
    <FormDialog
      title={text.denyQuestion(name)}
      action={text.deny}
      testid="deny-confirm"
      isReady
      isDangerous
      onSubmit={() => deny(id, message.trim())}
      onClose={onClose}
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
            autofocus
            onInput={(event) => setMessage(event.currentTarget.value)}
          />
        </label>
      )}
    </FormDialog>
  );
}
