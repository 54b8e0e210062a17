// Another name for oneself, for this meeting and the next ones.

import { useState } from "preact/hooks";
import { Dialog } from "../common/dialog.tsx";
import { t } from "../i18n/index.ts";
import { meeting, self } from "../state/meeting.ts";
import { cleanName, saveName } from "../state/names.ts";
import { attempt } from "./attempt.ts";

async function rename(name: string): Promise<void> {
  if (name !== self.value?.name && (await attempt(meeting.rename(name)))) saveName(name);
}

export function RenameDialog({ onClose }: { onClose: () => void }) {
  const { room, join, save, cancel } = t.value;
  const [name, setName] = useState(self.value?.name ?? "");
  const clean = cleanName(name);
  return (
    <Dialog title={room.rename} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          void rename(clean);
        }}
      >
        <label class="field">
          <span>{join.name}</span>
          <input
            class="input"
            data-testid="new-name"
            value={name}
            maxLength={64}
            autocomplete="name"
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
