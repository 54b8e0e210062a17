// The passcode of whoever comes by the link. Nobody is told the one that is set, so it is typed anew.

import { useState } from "preact/hooks";
import { FormDialog } from "../../common/form-dialog.tsx";
import { t } from "../../i18n/index.ts";
import { setPasscode } from "./lobby-state.ts";
import { words } from "./words.ts";

const kLeastCharacters = 6;
const kMostCharacters = 64;

export function PasscodeDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [passcode, setText] = useState("");
  const clean = passcode.trim();
  return (
    <FormDialog
      title={text.passcodeTitle}
      action={t.value.save}
      testid="passcode-save"
      isReady={[...clean].length >= kLeastCharacters}
      onSubmit={() => setPasscode(clean)}
      onClose={onClose}
    >
      <p class="soft">{text.passcodeText}</p>
      <label class="field">
        <span>{text.passcodeLabel}</span>
        <input
          class="input"
          data-testid="new-passcode"
          value={passcode}
          maxLength={kMostCharacters}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          autofocus
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
