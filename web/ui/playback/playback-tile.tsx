// One person or screen: the picture of the moment, or the avatar with the reason why there is none.

import "../room/tile.css";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Avatar } from "../common/avatar.tsx";
import { Icon } from "../common/icons.tsx";
import type { Rect } from "../room/arrangement.ts";
import { roomWords } from "../room/words.ts";
import type { Tile } from "./core/moments.ts";
import { media, pinned, speaking, time, togglePin, tracksVersion } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

interface PlaybackTileProps {
  tile: Tile;
  rect: Rect;
  isStage: boolean;
}

export function PlaybackTile({ tile, rect, isStage }: PlaybackTileProps) {
  const words = roomWords.value;
  const { person, kind, key } = tile;
  const isSpeaking = kind === "camera" && speaking.value.has(person.id);
  const isPinned = pinned.value === key;
  const label = kind === "screen" ? words.screenOf(person.name) : person.name;
  const pin = isPinned ? words.unpin : words.pin;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as part of a form
    <div
      class="tile"
      role="group"
      aria-label={label}
      data-testid="tile"
      data-name={person.name}
      data-kind={kind}
      data-speaking={isSpeaking}
      data-stage={isStage}
      style={{
        left: `${rect.left}px`,
        top: `${rect.top}px`,
        width: `${rect.width}px`,
        height: `${rect.height}px`,
      }}
    >
      <Picture tile={tile} />
      <div class="tile-name">
        {kind === "camera" && tile.isMuted && <Icon name="micOff" size={16} />}
        {kind === "screen" && <Icon name="share" size={16} />}
        {tile.isPhone && <Icon name="phone" size={16} />}
        <span>{label}</span>
      </div>
      <button
        type="button"
        class="tile-pin"
        aria-pressed={isPinned}
        aria-label={`${pin}: ${label}`}
        title={pin}
        onClick={() => togglePin(key)}
      >
        <Icon name="pin" size={18} />
      </button>
    </div>
  );
}

/** The track's own element stands here, so that nothing is loaded twice. */
function Picture({ tile: { track, kind, person } }: { tile: Tile }) {
  const holder = useRef<HTMLDivElement>(null);
  const words = playbackWords.value;
  void tracksVersion.value;
  const playing = track && media(track.file);
  const status = playing?.status(time.peek());
  useLayoutEffect(() => {
    const element = playing?.element;
    if (!element || !holder.current) return;
    element.className = kind === "screen" ? "video contained" : "video";
    holder.current.replaceChildren(element);
  }, [playing, kind]);
  const fault = playing?.fault;
  const hasPicture = status !== "nothing" && playing?.hasPicture;
  return (
    <>
      {!hasPicture && kind === "camera" && <Avatar id={person.id} name={person.name} />}
      <div ref={holder} class="playback-picture" hidden={!track || !hasPicture} />
      {/* Of a server that does not answer, the stage tells once. */}
      {fault && fault !== "unreachable" && <p class="tile-note">{words[fault]}</p>}
    </>
  );
}
