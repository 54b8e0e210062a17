// For an address that is no page of ours: typed wrong, or cut short on its way here.

import { PasteLink } from "../common/paste-link.tsx";
import { Preferences } from "../common/preferences.tsx";
import { t } from "../i18n/index.ts";
import { words as moreWords } from "./words.ts";

export function NoPage() {
  const text = moreWords.value;
  return (
    <main class="page narrow">
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <div class="card stack" data-testid="no-page">
        <h1>{text.noPage}</h1>
        <p>{text.noPageRemedy}</p>
        <PasteLink />
        <div>
          <a class="button" href="/">
            {t.value.toHome}
          </a>
        </div>
      </div>
    </main>
  );
}
