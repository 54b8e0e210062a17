// The pictures: gallery, or one large with the others beside it, arranged as in the room.

import { useLayoutEffect, useState } from "preact/hooks";
import { Icon } from "../common/icons.tsx";
import { Pages } from "../common/pages.tsx";
import { arrange } from "../room/arrangement.ts";
import { useSize } from "../room/use-size.ts";
import { markAt } from "./core/moments.ts";
import {
  hasStarted,
  isCut,
  pinned,
  recording,
  setShown,
  stage,
  tiles,
  time,
  togglePlay,
} from "./playback-state.ts";
import { PlaybackTile } from "./playback-tile.tsx";
import { words as playbackWords } from "./words.ts";

export function PlaybackStage() {
  const words = playbackWords.value;
  const { element, size } = useSize();
  const [page, setPage] = useState(0);
  const all = tiles.value;
  const large = stage.value;
  const wishes = large ? [{ key: large.key, isScreen: large.kind === "screen" }] : [];
  const arrangement = arrange(
    all.map(({ key }) => key),
    wishes,
    size,
    page,
  );
  const byKey = new Map(all.map((tile) => [tile.key, tile]));
  const files = arrangement.placed.flatMap(({ key }) => byKey.get(key)?.track?.file ?? []);
  const own = byKey.get(pinned.value ?? "")?.track?.file ?? null;
  useLayoutEffect(() => setShown(new Set(files), own), [files.join(), own]);
  return (
    <div ref={element} class="stage" data-testid="stage">
      {arrangement.placed.map(({ key, rect, isStage }) => {
        const tile = byKey.get(key);
        return tile && <PlaybackTile key={key} tile={tile} rect={rect} isStage={isStage} />;
      })}
      {hasStarted.value && <Note isEmpty={all.length === 0} />}
      <Pages page={arrangement.page} pages={arrangement.pages} onPage={setPage} />
      {!hasStarted.value && (
        <button
          type="button"
          class="playback-start"
          data-testid="start"
          aria-label={words.play}
          onClick={togglePlay}
        >
          <span>
            <Icon name="play" size={40} />
          </span>
        </button>
      )}
    </div>
  );
}

function Note({ isEmpty }: { isEmpty: boolean }) {
  const words = playbackWords.value;
  const mark = markAt(recording.value.marks, time.value);
  const ofMark = mark && (mark.kind === "pause" ? words.legendPause : words.nothing);
  const text = isCut.value ? words.unreachable : (ofMark ?? (isEmpty ? words.empty : null));
  return (
    <p class="playback-note" data-testid="note" role="status" hidden={!text}>
      {text}
    </p>
  );
}
