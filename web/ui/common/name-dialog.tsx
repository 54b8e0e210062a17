// Asks for a name: another one for oneself, or whose a caller's number is.

import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { cleanName } from "../state/names.ts";
import { Dialog } from "./dialog.tsx";

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
  const { save, cancel } = t.value;
  const [name, setName] = useState(current);
  const clean = cleanName(name, most);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          if (clean !== current) onSave(clean);
        }}
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
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {cancel}
          </button>
          <button type="submit" class="button primary" data-testid="save-name" disabled={clean === ""}>
            {save}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
