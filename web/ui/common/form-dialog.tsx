// A dialog that asks for something and does it: what the server has against it is said in the dialog, in
// writing, and what was typed stays there to be put right.

import "./form-dialog.css";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

interface FormDialogProps {
  title: string;
  /** On the button that does it. */
  action: string;
  /** Of that button. */
  testid: string;
  /** Whether there is enough to do it with. */
  isReady: boolean;
  isDangerous?: boolean;
  /** Null when it is done, or what stands against it and its remedy; it does not throw. */
  onSubmit: () => Promise<readonly string[] | null>;
  onClose: () => void;
  children: ComponentChildren;
}

export function FormDialog(props: FormDialogProps) {
  const { title, action, testid, isReady, isDangerous = false, onSubmit, onClose, children } = props;
  const [problem, setProblem] = useState<readonly string[] | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function submit(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const refusal = await onSubmit();
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
          if (isReady && !isBusy) void submit();
        }}
      >
        {children}
        {problem && <Problem words={problem} bad />}
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t.value.cancel}
          </button>
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
