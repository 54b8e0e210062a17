// The keyboard of the playback page. Not while typing or choosing; a control that has the visible focus
// keeps the keys that it uses itself.

import { useEffect } from "preact/hooks";
import { isTyping } from "../room/keys.ts";
import { type PlaybackAction, playbackAction } from "./keys.ts";
import {
  isChatOpen,
  isHelpOpen,
  lanesOpen,
  recording,
  seek,
  skip,
  stepSpeed,
  toggleFullScreen,
  toggleLayout,
  toggleMute,
  togglePlay,
} from "./playback-state.ts";

export function usePlaybackKeys(): void {
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      const action = playbackAction(event);
      // A dialog that is open takes every key itself, a menu the one that closes it.
      const taker = action?.kind === "escape" ? "dialog[open], :popover-open" : "dialog[open]";
      if (!action || event.defaultPrevented || document.querySelector(taker)) return;
      const isRange = event.target instanceof HTMLInputElement && event.target.type === "range";
      if (isRange ? action.kind === "jump" && !/\d/.test(event.key) : isTyping(event.target)) return;
      if (event.key === " " && keepsSpace(event.target)) return;
      if (event.repeat && action.kind !== "skip") return;
      event.preventDefault();
      perform(action);
    };
    addEventListener("keydown", handle);
    return () => removeEventListener("keydown", handle);
  }, []);
}

function keepsSpace(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(":is(button, a, summary):focus-visible");
}

function perform(action: PlaybackAction): void {
  if (action.kind === "skip") skip(action.seconds);
  else if (action.kind === "jump") seek(recording.value.duration * action.share);
  else kSimple[action.kind]();
}

const kSimple: Readonly<Record<Exclude<PlaybackAction["kind"], "skip" | "jump">, () => void>> = {
  toggle: togglePlay,
  slower: () => stepSpeed(-1),
  faster: () => stepSpeed(1),
  mute: toggleMute,
  layout: toggleLayout,
  fullScreen: toggleFullScreen,
  chat: () => {
    isChatOpen.value = !isChatOpen.value;
  },
  lanes: () => {
    lanesOpen.value = !lanesOpen.value;
  },
  help: () => {
    isHelpOpen.value = true;
  },
  escape: () => {
    isChatOpen.value = false;
  },
};
