// Asks for a name: another one for oneself, or whose a caller's number is.

import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { cleanName } from "../state/names.ts";
import { FormDialog } from "./form-dialog.tsx";

const kMostCharacters = 64;

interface NameDialogProps {
  title: string;
  label: string;
  /** As it is now. */
  name: string;
  /** Characters; for more than a name. */
  most?: number;
  /** Only with another name. */
  onSave: (name: string) => void;
  onClose: () => void;
}

export function NameDialog({
  title,
  label,
  name: current,
  most = kMostCharacters,
  onSave,
  onClose,
}: NameDialogProps) {
  const [name, setName] = useState(current);
  const clean = cleanName(name, most);
  return (
    <FormDialog
      title={title}
      action={t.value.save}
      testid="save-name"
      isReady={clean !== ""}
      onSubmit={async () => {
        if (clean !== current) onSave(clean);
        return null;
      }}
      onClose={onClose}
    >
      <label class="field">
        <span>{label}</span>
        <input
          class="input"
          data-testid="new-name"
          value={name}
          maxLength={most}
          autocomplete="off"
          required
          autofocus
          onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
