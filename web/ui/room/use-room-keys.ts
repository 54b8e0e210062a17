// The keyboard of the room. A control that has the visible focus keeps space and Enter for itself.

import { useEffect } from "preact/hooks";
import { isOffered, nextSpeaker } from "../features/desk/desk-state.ts";
import { local, meeting } from "../state/meeting.ts";
import { actionOf, isTyping, type KeyAction } from "./keys.ts";
import {
  canShare,
  dialog,
  maySend,
  panel,
  pushToTalk,
  toggleCamera,
  toggleFullScreen,
  toggleHand,
  toggleLayout,
  toggleMicrophone,
  togglePanel,
  toggleShare,
} from "./room-state.ts";

const kActions: Readonly<Record<Exclude<KeyAction, "talk" | "escape">, () => void>> = {
  mic: toggleMicrophone,
  camera: toggleCamera,
  share: () => {
    if (canShare) toggleShare();
  },
  chat: () => togglePanel("chat"),
  people: () => togglePanel("people"),
  hand: toggleHand,
  layout: toggleLayout,
  fullScreen: toggleFullScreen,
  desk: () => {
    if (isOffered.value) togglePanel("desk");
  },
  next: () => void nextSpeaker(),
  help: () => {
    dialog.value = "help";
  },
};

export function useRoomKeys(): void {
  useEffect(() => {
    let isTalking = false;
    const handleDown = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (!action || event.defaultPrevented) return;
      if (action === "escape") {
        // A dialog or menu that is open takes the key itself.
        if (!document.querySelector("dialog[open], :popover-open")) panel.value = null;
        return;
      }
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      if (action === "talk") {
        if (!pushToTalk.value || keepsSpace(event.target) || !maySend("microphone")) return;
        event.preventDefault();
        if (event.repeat || isTalking || local.value.microphone.on) return;
        isTalking = true;
        void meeting.setMicrophone(true);
        return;
      }
      if (event.repeat) return;
      event.preventDefault();
      kActions[action]();
    };
    const stopTalking = () => {
      if (!isTalking) return;
      isTalking = false;
      void meeting.setMicrophone(false);
    };
    const handleUp = (event: KeyboardEvent) => {
      if (event.key !== " " || !isTalking) return;
      event.preventDefault();
      stopTalking();
    };
    addEventListener("keydown", handleDown);
    addEventListener("keyup", handleUp);
    // The key may be let go over another window.
    addEventListener("blur", stopTalking);
    return () => {
      removeEventListener("keydown", handleDown);
      removeEventListener("keyup", handleUp);
      removeEventListener("blur", stopTalking);
    };
  }, []);
}

function keepsSpace(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement) || !target.matches("button, a, input, summary, [tabindex]"))
    return false;
  return target.matches(":focus-visible");
}
