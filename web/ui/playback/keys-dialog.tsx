// The list of keys.

import { Dialog } from "../common/dialog.tsx";
import { roomWords } from "../room/words.ts";
import { isHelpOpen } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

export function KeysDialog() {
  const words = playbackWords.value.keys;
  const rows: readonly (readonly [readonly string[], string])[] = [
    [[roomWords.value.keys.space, "k"], words.toggle],
    [["←", "→"], words.skip],
    [["j", "l"], words.skipFar],
    [["0", "…", "9"], words.jump],
    [[",", "."], words.speed],
    [["m"], words.mute],
    [["c"], words.chat],
    [["t"], playbackWords.value.lanes],
    [["w"], words.layout],
    [["f"], words.fullScreen],
    [[roomWords.value.keys.esc], roomWords.value.keys.escape],
    [["?"], words.help],
  ];
  return (
    <Dialog
      title={roomWords.value.help}
      onClose={() => {
        isHelpOpen.value = false;
      }}
    >
      <dl class="keys playback-keys">
        {rows.map(([keys, what]) => (
          <div key={what}>
            <dt>{keys.map((key) => (key === "…" ? ` ${key} ` : <kbd key={key}>{key}</kbd>))}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
