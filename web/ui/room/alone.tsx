import { Icon } from "../common/icons.tsx";
import { t } from "../i18n/index.ts";
import { copyInvitation } from "./invitation.ts";

/** Nobody else yet: how to change that. */
export function Alone() {
  const words = t.value.room;
  return (
    <div class="alone card">
      <div>
        <h2>{words.alone}</h2>
        <p class="soft">{words.aloneText}</p>
      </div>
      <button type="button" class="button primary" onClick={() => void copyInvitation()}>
        <Icon name="copy" size={18} />
        {words.copyInvite}
      </button>
    </div>
  );
}
