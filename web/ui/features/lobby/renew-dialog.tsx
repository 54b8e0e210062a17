// A link that got into wrong hands: another one takes its place, and is copied at once.

import { useState } from "preact/hooks";
import type { WireInvitation } from "../../../sdk/index.ts";
import { refusal } from "../../common/attempt.ts";
import { FormDialog } from "../../common/form-dialog.tsx";
import { copyText, invitationUrl } from "../../state/clipboard.ts";
import { words } from "./words.ts";

interface RenewDialogProps {
  room: string;
  /** Whether a second link leads onto a stage. */
  hasStage: boolean;
  onRenew: (stage: boolean) => Promise<WireInvitation>;
  onClose: () => void;
}

export function RenewDialog({ room, hasStage, onRenew, onClose }: RenewDialogProps) {
  const text = words.value;
  const [ofStage, setOfStage] = useState(false);

  async function renew(): Promise<void> {
    const { invite = "", stage_invite = "" } = await onRenew(ofStage);
    await copyText(invitationUrl(room, ofStage ? stage_invite : invite), text.renewed);
  }

  return (
    <FormDialog
      title={text.renewQuestion}
      action={text.renewConfirm}
      testid="renew-confirm"
      isReady
      onSubmit={() => refusal(renew())}
      onClose={onClose}
    >
      {hasStage && (
        <fieldset class="choices">
          <legend>{text.renewWhich}</legend>
          {[false, true].map((stage) => (
            <label class="choice" key={text.links[stage ? "stage" : "audience"]}>
              <input
                type="radio"
                name="link"
                data-testid={stage ? "renew-stage" : "renew-audience"}
                checked={ofStage === stage}
                onChange={() => setOfStage(stage)}
              />
              <span>{text.links[stage ? "stage" : "audience"]}</span>
            </label>
          ))}
        </fieldset>
      )}
      <p class="soft">{text.renewText}</p>
    </FormDialog>
  );
}
