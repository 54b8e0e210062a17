// For whoever waits to be let in, or for a webinar to begin: that they do, at which place, what hosts
// announce meanwhile, and their own picture where they will be seen.

import "../announcement/announcement.css";
import "./lobby.css";
import { useEffect } from "preact/hooks";
import { Icon } from "../../common/icons.tsx";
import { Preferences } from "../../common/preferences.tsx";
import { t } from "../../i18n/index.ts";
import { Preview } from "../../join/join-page.tsx";
import { local, meeting } from "../../state/meeting.ts";
import { openWished } from "../../state/wishes.ts";
import { words } from "./words.ts";

interface WaitPageProps {
  title: string;
  /** Null: until the webinar is live, where one watches. */
  place: number | null;
  announcement: string | null;
}

export function WaitPage({ title, place, announcement }: WaitPageProps) {
  const text = words.value;
  const watches = place === null;
  useEffect(() => {
    if (watches) return;
    // After a reload nothing is open yet.
    const { microphone, camera } = local.value;
    if (!microphone.on && !camera.on && !microphone.track) openWished();
  }, [watches]);
  return (
    <main class={watches ? "page narrow" : "page join"}>
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <div class={watches ? "card" : "join-columns"}>
        {!watches && <Preview />}
        <div class="join-form" data-testid="waiting">
          <h1>{title}</h1>
          <div role="status">
            <p>
              <strong>{watches ? text.notBegun : text.waitTitle}</strong>
            </p>
            <p>{place === null ? text.comesIn : place === 1 ? text.waitNext : text.waitPlace(place)}</p>
          </div>
          <div role="status">
            {announcement && (
              <p class="wait-announcement" data-testid="announcement">
                <Icon name="announce" size={20} />
                <span class="announcement">{announcement}</span>
              </p>
            )}
          </div>
          <p class="soft">{watches ? text.watchHint : text.waitHint}</p>
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
