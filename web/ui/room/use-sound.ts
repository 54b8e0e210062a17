// Plays the room from the moment one is in it, whatever becomes of the own devices.

import { effect } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { SpeakerOutput } from "../../sdk/index.ts";
import { local, snapshot } from "../state/meeting.ts";

export function useSound() {
  const [isBlocked, setBlocked] = useState(false);
  const { output, players } = useMemo(() => {
    const players = document.createElement("div");
    players.hidden = true;
    const createPlayer = () => players.appendChild(document.createElement("audio"));
    return { output: new SpeakerOutput(setBlocked, createPlayer), players };
  }, []);
  useEffect(() => {
    document.body.append(players);
    const stop = effect(() => output.update(snapshot.value.audios, local.value.speakerId));
    return () => {
      stop();
      output.close();
      players.remove();
    };
  }, [output, players]);
  return { isBlocked, unblock: () => output.unblock() };
}
