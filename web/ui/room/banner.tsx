// What is wrong with the connection, while it is.

import { t } from "../i18n/index.ts";
import { snapshot } from "../state/meeting.ts";
import { roomWords } from "./words.ts";

// Firefox makes no pair of candidates with an address of the loopback interface.
function isFirefoxOnLoopback(): boolean {
  const isLoopback = ["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return isLoopback && navigator.userAgent.includes("Firefox");
}

export function Banner() {
  const { state, media } = snapshot.value;
  const words = roomWords.value;
  if (state.name === "reconnecting") {
    return (
      <div class="banner" role="status" data-testid="reconnecting">
        <span class="spinner" aria-hidden="true" />
        {words.reconnecting}
      </div>
    );
  }
  if (media === "interrupted") {
    return (
      <div class="banner" role="status" data-testid="media-interrupted">
        <span class="spinner" aria-hidden="true" />
        {words.mediaLost}
      </div>
    );
  }
  if (media === "blocked") {
    const [what, remedy] = t.value.problems[isFirefoxOnLoopback() ? "firefox_on_loopback" : "media_blocked"];
    return (
      <div class="banner bad" role="alert" data-testid="problem">
        <strong>{what}</strong> <span>{remedy}</span>
      </div>
    );
  }
  return null;
}
