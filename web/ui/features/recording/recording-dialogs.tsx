// The question whether one's own sound and picture may be stored, and where a finished recording is.

import { Dialog } from "../../common/dialog.tsx";
import { t } from "../../i18n/index.ts";
import { meeting } from "../../state/meeting.ts";
import { answer, finished, isAsked, putAside } from "./recording-state.ts";
import { words } from "./words.ts";

export function RecordingDialogs() {
  if (isAsked.value) return <ConsentDialog />;
  return finished.value && <FinishedDialog {...finished.value} />;
}

function ConsentDialog() {
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

function FinishedDialog({ id, ticket }: { id: string; ticket: string | null }) {
  const text = words.value;
  const close = () => {
    finished.value = null;
  };
  return (
    <Dialog title={text.done} onClose={close}>
      <p class="soft dialog-text">{text.doneText}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t.value.close}
        </button>
        <a
          class="button primary"
          href={`/recordings/${encodeURIComponent(id)}${ticket === null ? "" : `#ticket=${ticket}`}`}
          target="_blank"
          rel="noopener"
          data-testid="open-recording"
          onClick={close}
        >
          {text.open}
        </a>
      </div>
    </Dialog>
  );
}
