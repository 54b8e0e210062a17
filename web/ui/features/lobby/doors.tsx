// Who comes in by themselves: whoever has the link, whoever is let in, or nobody.

import "./lobby.css";
import { setLobby, setLocked, settings } from "./lobby-state.ts";
import { words } from "./words.ts";

export function Doors() {
  const text = words.value;
  if (!settings.value) return null;
  return (
    <div class="doors">
      <label class="choice">
        <input
          type="checkbox"
          data-testid="lobby-on"
          checked={settings.value.on}
          onChange={(event) => setLobby(event.currentTarget.checked)}
        />
        <span>{text.on}</span>
      </label>
      <label class="choice">
        <input
          type="checkbox"
          data-testid="lobby-locked"
          checked={settings.value.locked}
          onChange={(event) => setLocked(event.currentTarget.checked)}
        />
        <span>{text.locked}</span>
      </label>
    </div>
  );
}
