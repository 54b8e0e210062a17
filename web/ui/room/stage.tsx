// The pictures. Measures its space, places the tiles, and tells the server which are shown how large.

import { useEffect } from "preact/hooks";
import { Pages } from "../common/pages.tsx";
import { spotlight } from "../features/stage/spotlight.ts";
import { meeting, snapshot } from "../state/meeting.ts";
import { Alone } from "./alone.tsx";
import { type Arrangement, arrange } from "./arrangement.ts";
import { type Pictures, pictures, wishFor } from "./pictures.ts";
import { page, pinned, stages, tiles } from "./room-state.ts";
import { TileView } from "./tile-view.tsx";
import type { Tile } from "./tiles.ts";
import { useSize } from "./use-size.ts";
import { roomWords } from "./words.ts";

export function Stage() {
  const { element, size } = useSize();
  const all = tiles.value;
  const choice = pictures.value;
  const arrangement = arrange(
    all.map((tile) => tile.key),
    stages.value.map(({ key, kind }) => ({ key, isScreen: kind === "screen" })),
    size,
    page.value,
  );
  const byKey = new Map(all.map((tile) => [tile.key, tile]));
  // Before it is measured nothing is placed: that it shows nobody would take away what the server shows
  // at first.
  const isMeasured = size.width > 0;
  useEffect(() => {
    if (isMeasured) reportView(arrangement, byKey, choice);
  });
  useEffect(() => meeting.setSaving(choice === "small"), [choice]);
  return (
    <div ref={element} class="stage">
      {arrangement.placed
        .toSorted((a, b) => a.key.localeCompare(b.key))
        .map(({ key, rect, isStage }) => {
          const tile = byKey.get(key);
          return tile && <TileView key={key} tile={tile} rect={rect} isStage={isStage} />;
        })}
      {snapshot.value.participants.length === 1 && <Alone />}
      {all.length === 0 && snapshot.value.participants.length > 1 && (
        <p class="stage-empty soft" data-testid="stage-empty">
          {roomWords.value.stageEmpty}
        </p>
      )}
      <Pages
        page={arrangement.page}
        pages={arrangement.pages}
        onPage={(to) => {
          page.value = to;
        }}
      />
    </div>
  );
}

function reportView({ placed }: Arrangement, byKey: ReadonlyMap<string, Tile>, choice: Pictures): void {
  const shown = placed.flatMap(({ key, rect }) => {
    const tile = byKey.get(key);
    const wish = tile && wishFor(choice, tile, Math.round(rect.height * devicePixelRatio));
    return wish ? [wish] : [];
  });
  // What was chosen comes first where a link is too weak for all.
  const chosen = [
    pinned.value,
    ...spotlight.value.map(({ participant, source }) => `${participant}:${source}`),
  ];
  const sources = chosen.flatMap((key) => byKey.get(key ?? "")?.source ?? []);
  meeting.setView(shown, sources.slice(0, pinned.value === null ? undefined : 1));
}
