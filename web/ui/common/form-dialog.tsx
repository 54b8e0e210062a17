// A dialog that asks for something and does it: what the server has against it is said in the dialog, in
// writing, and what was typed stays there to be put right.

import "./form-dialog.css";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

type Submit = () => Promise<readonly string[] | null>;

interface FormDialogProps {
  title: string;
  /** On the button that does it. */
  action: string;
  /** Of that button. */
  testid: string;
  /** Whether there is enough to do it with. */
  isReady: boolean;
  isDangerous?: boolean;
  /** Another thing to do with it, in the place of Cancel; as `action`, `testid` and `onSubmit`. */
  other?: { action: string; testid: string; onSubmit: Submit };
  /** Null when it is done, or what stands against it and its remedy; it does not throw. */
  onSubmit: Submit;
  onClose: () => void;
  children: ComponentChildren;
}

export function FormDialog(props: FormDialogProps) {
  const { title, action, testid, isReady, isDangerous = false, other, onSubmit, onClose, children } = props;
  const [problem, setProblem] = useState<readonly string[] | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(wish: Submit): Promise<void> {
    setBusy(true);
    setProblem(null);
    const refusal = await wish();
    setBusy(false);
    if (refusal) setProblem(refusal);
    else onClose();
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        class="dialog-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && !isBusy) void submit(onSubmit);
        }}
      >
        {children}
        {problem && <Problem words={problem} bad />}
        <div class="dialog-actions">
          {other ? (
            <button
              type="button"
              class="button"
              data-testid={other.testid}
              disabled={!isReady || isBusy}
              onClick={() => void submit(other.onSubmit)}
            >
              {other.action}
            </button>
          ) : (
            <button type="button" class="button" onClick={onClose}>
              {t.value.cancel}
            </button>
          )}
          <button
            type="submit"
            class={isDangerous ? "button danger" : "button primary"}
            data-testid={testid}
            disabled={!isReady || isBusy}
          >
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
