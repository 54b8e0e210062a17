// What happens in the room, told in toasts, which are read out politely.

import { useEffect } from "preact/hooks";
import { set } from "../features/stage/spotlight.ts";
import { t } from "../i18n/index.ts";
import { local, may, meeting, self, snapshot } from "../state/meeting.ts";
import { toast } from "../state/toasts.ts";
import { noteWish } from "../state/wishes.ts";
import { layout, panel, pinned, unread } from "./room-state.ts";
import { roomWords } from "./words.ts";

/** In a larger room people come and go all the time. */
const kTellsComings = 12;
const kPreviewCharacters = 80;

export function useAnnouncements(): void {
  useEffect(() => {
    const isSmall = () => snapshot.value.participants.length <= kTellsComings;
    const stops = [
      meeting.on("participantJoined", ({ name, kind }) => {
        if (isSmall() && kind !== "whep") toast(roomWords.value.joined(name));
      }),
      meeting.on("participantLeft", ({ participant: { id, name, kind }, reason }) => {
        if (pinned.value?.startsWith(`${id}:`)) pinned.value = null;
        if (isSmall() && kind !== "whep" && reason !== "audience") toast(roomWords.value.left(name));
      }),
      meeting.on("chat", ({ participant, name, text }) => {
        if (panel.value === "chat" || participant === self.value?.id) return;
        unread.value += 1;
        const preview = [...text].slice(0, kPreviewCharacters).join("");
        toast(roomWords.value.message(name, preview));
      }),
      meeting.on("mutedByHost", ({ source, by }) => {
        if (source === "microphone" || source === "camera") noteWish(source, false);
        toast(roomWords.value.mutedByHost(by?.name ?? roomWords.value.aHost));
      }),
      meeting.on("reconnected", () => toast(roomWords.value.reconnected)),
      watchScreens(),
      watchHands(),
      watchDevices(),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
}

/** A screen that is newly shared is worth the stage, whatever the layout was. */
function watchScreens(): () => void {
  let known = 0;
  return meeting.subscribe(({ participants }) => {
    const count = participants.filter((one) => one.sources.screen?.state === "live").length;
    if (count > known && layout.value === "gallery" && set.value.layout === null) layout.value = "auto";
    known = count;
  });
}

/** Hands that go up, other than one's own. */
function watchHands(): () => void {
  let known = new Set(snapshot.value.participants.filter((one) => one.isHandUp).map((one) => one.id));
  return meeting.subscribe(({ participants }) => {
    const up = participants.filter((one) => one.isHandUp);
    for (const { id, name, isSelf } of up) {
      // Hosts have them on the desk.
      if (!isSelf && !known.has(id) && !may("lower_hands")) toast(roomWords.value.raisedHand(name));
    }
    known = new Set(up.map((one) => one.id));
  });
}

/** Devices that fail in the meeting: named, with the remedy. */
function watchDevices(): () => void {
  let before = local.value;
  return meeting.media.subscribe((now) => {
    for (const kind of ["microphone", "camera", "screen"] as const) {
      const { error } = now[kind];
      if (error && error !== before[kind].error) {
        const device = kind === "screen" ? roomWords.value.share : t.value.join[kind];
        toast(t.value.devices[error](device).join(". "));
      }
    }
    before = now;
  });
}
