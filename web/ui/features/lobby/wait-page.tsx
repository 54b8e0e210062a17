// For whoever waits to be let in: that they do, at which place, and their own picture meanwhile.

import { useEffect } from "preact/hooks";
import { Preferences } from "../../common/preferences.tsx";
import { t } from "../../i18n/index.ts";
import { Preview } from "../../join/join-page.tsx";
import { local, meeting } from "../../state/meeting.ts";
import { openWished } from "../../state/wishes.ts";
import { words } from "./words.ts";

export function WaitPage({ title, place }: { title: string; place: number }) {
  const text = words.value;
  useEffect(() => {
    // After a reload nothing is open yet.
    const { microphone, camera } = local.value;
    if (!microphone.on && !camera.on && !microphone.track) openWished();
  }, []);
  return (
    <main class="page join">
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <div class="join-columns">
        <Preview />
        <div class="join-form" data-testid="waiting">
          <h1>{title}</h1>
          <div role="status">
            <p>
              <strong>{text.waitTitle}</strong>
            </p>
            <p>{place === 1 ? text.waitNext : text.waitPlace(place)}</p>
          </div>
          <p class="soft">{text.waitHint}</p>
          <div>
            <button
              type="button"
              class="button"
              data-testid="stop-waiting"
              onClick={() => void meeting.leave()}
            >
              {text.leave}
            </button>
          </div>
        </div>
      </div>
    </main>
  );
}
