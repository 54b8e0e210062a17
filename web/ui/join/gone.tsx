// How it ended, and the way back.

import { useState } from "preact/hooks";
import type { HostApi, LeaveReason } from "../../sdk/index.ts";
import { Icon } from "../common/icons.tsx";
import { lazy } from "../common/lazy.tsx";
import { t } from "../i18n/index.ts";
import { words as joinWords } from "./words.ts";

interface GoneProps {
  reason: LeaveReason;
  /** A host's words to whoever was not let in. */
  message?: string;
  room: string;
  onAgain: () => Promise<void>;
  /** For hosts: what they may read of the meeting by. */
  api?: HostApi | null;
}

const ReportDialog = lazy(() => import("../report/report-dialog.tsx").then((module) => module.ReportDialog));

export function Gone({ reason, message = "", room, onAgain, api = null }: GoneProps) {
  const words = joinWords.value.gone;
  const [isReported, setReported] = useState(false);
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
          {api && (
            <button type="button" class="button" data-testid="gone-report" onClick={() => setReported(true)}>
              <Icon name="poll" size={18} />
              {words.report}
            </button>
          )}
          <a class="button quiet" href="/">
            {t.value.toHome}
          </a>
        </div>
      </div>
      {api && isReported && (
        <ReportDialog api={api} room={room} title="" onClose={() => setReported(false)} />
      )}
    </main>
  );
}
