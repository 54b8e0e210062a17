import { Icon } from "../common/icons.tsx";
import { queue } from "../features/lobby/lobby-state.ts";
import { copyInvitation } from "./invitation.ts";
import { roomWords } from "./words.ts";

/** Nobody else yet: how to change that. Not where it is enough to open the door. */
export function Alone() {
  if (queue.value.length > 0) return null;
  const words = roomWords.value;
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
