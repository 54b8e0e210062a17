// What a host writes for everybody to read.

import { useState } from "preact/hooks";
import { Dialog } from "../../common/dialog.tsx";
import { t } from "../../i18n/index.ts";
import { announce } from "./announcement-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 500;

export function AnnounceDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [announcement, setAnnouncement] = useState("");
  const clean = announcement.trim();
  return (
    <Dialog title={text.title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onClose();
          announce(clean);
        }}
      >
        <label class="field">
          <span>{text.hint}</span>
          <textarea
            class="input"
            data-testid="announce-text"
            rows={4}
            maxLength={kMostCharacters}
            required
            value={announcement}
            onInput={(event) => setAnnouncement(event.currentTarget.value)}
          />
        </label>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t.value.cancel}
          </button>
          <button type="submit" class="button primary" data-testid="announce-send" disabled={clean === ""}>
            {text.send}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
