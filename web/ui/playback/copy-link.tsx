// A host's way to let others watch: a link with a ticket of its own, for whoever it is sent to.

import { attempt } from "../common/attempt.ts";
import { Icon } from "../common/icons.tsx";
import { copyText } from "../state/clipboard.ts";
import { api, recording } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

/** A new ticket each time: what is sent is good for as long as can be. */
async function copy(): Promise<void> {
  const { id } = recording.value;
  const url = `${location.origin}/recordings/${encodeURIComponent(id)}#ticket=${await api.makeTicket(id)}`;
  await copyText(url, playbackWords.value.linkCopied);
}

export function CopyLink() {
  const label = playbackWords.value.copyLink;
  return (
    <button
      type="button"
      class="round small"
      data-testid="copy-link"
      aria-label={label}
      title={label}
      onClick={() => void attempt(copy())}
    >
      <Icon name="copy" size={20} />
    </button>
  );
}
