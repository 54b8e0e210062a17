// The question before somebody is removed: whether they may come back.

import { useState } from "preact/hooks";
import type { Participant } from "../../../sdk/index.ts";
import { refusal } from "../../common/attempt.ts";
import { FormDialog } from "../../common/form-dialog.tsx";
import { roomWords } from "../../room/words.ts";
import { meeting } from "../../state/meeting.ts";
import { words as featureWords } from "./words.ts";

interface RemoveDialogProps {
  participant: Participant;
  onClose: () => void;
}

export function RemoveDialog({ participant: { id, name, kind }, onClose }: RemoveDialogProps) {
  const words = roomWords.value;
  const text = featureWords.value;
  const [isForGood, setForGood] = useState(false);
  const remove = () =>
    isForGood ? meeting.channel.request("ban", { participant: id }) : meeting.removeParticipant(id);
  return (
    <FormDialog
      title={words.removeQuestion(name)}
      action={words.remove}
      testid="confirm-remove"
      isReady
      isDangerous
      onSubmit={() => refusal(remove())}
      onClose={onClose}
    >
      <p class="soft dialog-text">{isForGood ? text.notBackText : words.removeText}</p>
      {kind !== "phone" && (
        <label class="choice">
          <input
            type="checkbox"
            data-testid="not-back"
            checked={isForGood}
            onChange={(event) => setForGood(event.currentTarget.checked)}
          />
          <span>{text.notBack}</span>
        </label>
      )}
    </FormDialog>
  );
}
