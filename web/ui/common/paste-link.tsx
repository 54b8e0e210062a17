// For whoever came without the whole invitation link: a field that takes it.

import { useState } from "preact/hooks";
import { t } from "../i18n/index.ts";
import { invitationFrom } from "../state/invitation-link.ts";

/** Loads the page anew: another fragment alone would not. */
function open(url: string): void {
  const isHere = url.split("#")[0] === location.href.split("#")[0];
  location.assign(url);
  if (isHere) location.reload();
}

export function PasteLink() {
  const words = t.value.paste;
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      class="paste-link"
      onSubmit={(event) => {
        event.preventDefault();
        const text = String(new FormData(event.currentTarget).get("link") ?? "");
        const url = invitationFrom(text, location.href);
        setWrong(url === null);
        if (url !== null) open(url);
      }}
    >
      <label class="field">
        <span>{words.label}</span>
        <input
          class="input"
          name="link"
          data-testid="paste-link"
          placeholder={`${location.origin}/r/…#k=…`}
          autocomplete="off"
          required
          aria-invalid={isWrong}
          onInput={() => setWrong(false)}
        />
      </label>
      <button type="submit" class="button primary" data-testid="open-link">
        {words.open}
      </button>
      <p class="paste-wrong" role="status">
        {isWrong && words.wrong}
      </p>
    </form>
  );
}
