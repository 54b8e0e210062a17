// How it ended, and the way back.

import type { LeaveReason } from "../../sdk/index.ts";
import { t } from "../i18n/index.ts";

interface GoneProps {
  reason: LeaveReason;
  /** A host's words to whoever was not let in. */
  message?: string;
  room: string;
  onAgain: () => Promise<void>;
}

export function Gone({ reason, message = "", onAgain }: GoneProps) {
  const words = t.value.gone;
  const texts = {
    left: "",
    ended: words.endedText,
    removed: words.removedText,
    replaced: words.replacedText,
    denied: message || words.deniedText,
  };
  return (
    <main class="page narrow centre">
      <div class="card stack">
        <h1>{words[reason]}</h1>
        {texts[reason] && <p class="soft">{texts[reason]}</p>}
        <div class="row">
          <button
            type="button"
            class="button primary"
            data-testid="again"
            onClick={() => void onAgain().catch(() => {})}
          >
            {reason === "replaced" ? words.takeBack : t.value.join.rejoin}
          </button>
          <a class="button quiet" href="/">
            {t.value.toHome}
          </a>
        </div>
      </div>
    </main>
  );
}
