// One tile: the picture or the avatar, the name, marks in words, the pin.

import "./tile.css";
import { useRef, useState } from "preact/hooks";
import { Avatar } from "../common/avatar.tsx";
import { Icon } from "../common/icons.tsx";
import { QualityMark } from "../common/quality-mark.tsx";
import { VideoView } from "../common/video-view.tsx";
import { isLit } from "../features/stage/spotlight.ts";
import { words as stageWords } from "../features/stage/words.ts";
import { snapshot } from "../state/meeting.ts";
import type { Rect } from "./arrangement.ts";
import { pinned, speaking, togglePin } from "./room-state.ts";
import type { Tile } from "./tiles.ts";
import { roomWords } from "./words.ts";

interface TileViewProps {
  tile: Tile;
  rect: Rect;
  isStage: boolean;
}

const kWeak = 2;

/** What stands in the middle of a tile that has no picture now. */
function noteOf(tile: Tile): string | null {
  const words = roomWords.value;
  if (!tile.isConnected) return words.offline;
  if (tile.isSelf && tile.kind === "screen") return words.yourScreen;
  if (tile.state === "paused") return words.paused;
  if (tile.state === "unsupported") return words.unsupported;
  // While nothing gets through, the banner says what is wrong.
  return tile.state === "waiting" && snapshot.value.media !== "blocked" ? words.waiting : null;
}

export function TileView({ tile, rect, isStage }: TileViewProps) {
  const words = roomWords.value;
  const isPinned = pinned.value === tile.key;
  const isSpeaking = tile.kind === "camera" && !tile.isMuted && speaking.value.has(tile.participant);
  const name = tile.kind === "screen" ? words.screenOf(tile.name) : tile.name;
  const label = tile.isSelf && tile.kind === "camera" ? words.selfName(tile.name) : name;
  const note = noteOf(tile);
  const pin = isPinned ? words.unpin : words.pin;
  const isWeak = tile.quality > 0 && tile.quality <= kWeak;
  const marks = [
    tile.kind === "camera" && tile.isMuted && words.muted,
    isWeak && words.quality[tile.quality],
  ].filter(Boolean);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as part of a form
    <div
      class="tile"
      role="group"
      aria-label={[label, ...marks].join(", ")}
      data-testid="tile"
      data-participant={tile.participant}
      data-name={tile.name}
      data-kind={tile.kind}
      data-state={tile.state}
      data-limited={tile.isLimited}
      data-speaking={isSpeaking}
      data-self={tile.isSelf}
      data-pinned={isPinned}
      data-stage={isStage}
      style={{
        left: `${rect.left}px`,
        top: `${rect.top}px`,
        width: `${rect.width}px`,
        height: `${rect.height}px`,
      }}
    >
      <Picture tile={tile} label={label} />
      {note && <p class="tile-note">{note}</p>}
      <div class="tile-name">
        {tile.kind === "camera" && tile.isMuted && <Icon name="micOff" size={16} />}
        {tile.kind === "screen" && <Icon name="share" size={16} />}
        {tile.isPhone && <Icon name="phone" size={16} />}
        {tile.isHandUp && (
          <span role="img" aria-label={words.handUp} data-testid="hand-up">
            <Icon name="hand" size={16} />
          </span>
        )}
        {isLit(tile.participant, tile.kind) && (
          <span role="img" aria-label={stageWords.value.lit} data-testid="lit">
            <Icon name="spotlight" size={16} />
          </span>
        )}
        <span>{label}</span>
        {tile.isLimited && (
          <span class="tile-limited" role="img" aria-label={words.limited} title={words.limited}>
            SD
          </span>
        )}
        {isWeak && <QualityMark quality={tile.quality} />}
      </div>
      <button
        type="button"
        class="tile-pin"
        data-testid="pin"
        aria-pressed={isPinned}
        aria-label={`${pin}: ${label}`}
        title={pin}
        onClick={() => togglePin(tile.key)}
      >
        <Icon name="pin" size={18} />
      </button>
    </div>
  );
}

/** The avatar stays until the first frame of this very source is there. */
function Picture({ tile, label }: { tile: Tile; label: string }) {
  const [readySource, setReadySource] = useState<MediaStream | null>(null);
  const { stream } = tile;
  const isOwnScreen = tile.isSelf && tile.kind === "screen";
  // Placed ahead of its first packet, so that the first picture finds the element there; but never while
  // the slot may still hold somebody else's.
  const early = useRef<MediaStream | null>(null);
  if (tile.state === "waiting" && stream?.getVideoTracks()[0]?.muted) early.current = stream;
  const isEarly = tile.state === "waiting" && early.current === stream;
  const showsVideo = stream !== null && (tile.state === "live" || isEarly) && !isOwnScreen;
  const isReady = showsVideo && tile.state === "live" && readySource === stream;
  return (
    <>
      {!isReady && tile.kind === "camera" && <Avatar id={tile.participant} name={tile.name} />}
      {showsVideo && (
        <VideoView
          key={tile.source ?? "own"}
          stream={stream}
          mirrored={tile.isSelf}
          contained={tile.kind === "screen"}
          isReady={isReady}
          label={label}
          onFrame={() => setReadySource(stream)}
        />
      )}
    </>
  );
}
