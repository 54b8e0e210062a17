// The question whether one's own sound and picture may be stored.

import { Dialog } from "../../common/dialog.tsx";
import { meeting } from "../../state/meeting.ts";
import { answer, isAsked, putAside } from "./recording-state.ts";
import { words } from "./words.ts";

export function ConsentDialog() {
  if (!isAsked.value) return null;
  const text = words.value;
  return (
    <Dialog title={text.started} onClose={putAside}>
      <p class="dialog-text" data-testid="consent">
        {text.asked}
      </p>
      <div class="dialog-actions">
        <button
          type="button"
          class="button quiet"
          data-testid="consent-leave"
          onClick={() => void meeting.leave()}
        >
          {text.leave}
        </button>
        <button type="button" class="button" data-testid="consent-refuse" onClick={() => void answer(false)}>
          {text.refuse}
        </button>
        <button
          type="button"
          class="button primary"
          data-testid="consent-agree"
          onClick={() => void answer(true)}
        >
          {text.agree}
        </button>
      </div>
    </Dialog>
  );
}
