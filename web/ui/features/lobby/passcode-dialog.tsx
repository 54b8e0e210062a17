// The passcode of whoever comes by the link. Nobody is told the one that is set, so it is typed anew.

import { useState } from "preact/hooks";
import { FormDialog } from "../../common/form-dialog.tsx";
import { kLeastPasscode, PasscodeInput } from "../../common/passcode-input.tsx";
import { t } from "../../i18n/index.ts";
import { setPasscode } from "./lobby-state.ts";
import { words } from "./words.ts";

export function PasscodeDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [passcode, setText] = useState("");
  const clean = passcode.trim();
  return (
    <FormDialog
      title={text.passcodeTitle}
      action={t.value.save}
      testid="passcode-save"
      isReady={[...clean].length >= kLeastPasscode}
      onSubmit={() => setPasscode(clean)}
      onClose={onClose}
    >
      <p class="soft">{text.passcodeText}</p>
      <PasscodeInput
        label={text.passcodeLabel}
        data-testid="new-passcode"
        value={passcode}
        autofocus
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
