// What a host writes for everybody to read.

import { useState } from "preact/hooks";
import { FormDialog } from "../../common/form-dialog.tsx";
import { announce } from "./announcement-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 500;

export function AnnounceDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [announcement, setAnnouncement] = useState("");
  const clean = announcement.trim();
  return (
    <FormDialog
      title={text.title}
      action={text.send}
      testid="announce-send"
      isReady={clean !== ""}
      onSubmit={() => announce(clean)}
      onClose={onClose}
    >
      <label class="field">
        <span>{text.hint}</span>
        <textarea
          class="input"
          data-testid="announce-text"
          rows={4}
          maxLength={kMostCharacters}
          required
          autofocus
          value={announcement}
          onInput={(event) => setAnnouncement(event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  );
}
