// Reads the levels ten times a second and keeps who is heard, with a little hysteresis so that frames do
// not flicker between words.

import { useEffect } from "preact/hooks";
import { meeting, snapshot } from "../state/meeting.ts";
import { tilesPerPage } from "./gallery-layout.ts";
import { lastSpeaker, order, page, speaking } from "./room-state.ts";
import { SpeakerMemory } from "./speaker-memory.ts";
import { bringForward } from "./tiles.ts";

const kIntervalMs = 100;

export function useSpeaking(): void {
  useEffect(() => {
    const memory = new SpeakerMemory();
    const timer = setInterval(() => {
      const { participants, dominant } = snapshot.value;
      const next = memory.update(participants, meeting.audioLevels(), performance.now());
      if (next !== speaking.value) speaking.value = next;
      const self = participants.find((participant) => participant.isSelf)?.id;
      if (dominant && dominant !== self && dominant !== lastSpeaker.value) lastSpeaker.value = dominant;
      keepOrder(
        participants.map((participant) => participant.id),
        memory.spokeAt,
      );
    }, kIntervalMs);
    return () => clearInterval(timer);
  }, []);
}

function keepOrder(present: readonly string[], spoke: ReadonlyMap<string, number>): void {
  const known = order.value.filter((id) => present.includes(id));
  let next: readonly string[] = [...known, ...present.filter((id) => !known.includes(id))];
  const perPage = tilesPerPage(innerWidth, innerHeight);
  const speaker = lastSpeaker.value;
  if (speaker && page.value === 0 && speaking.value.has(speaker)) {
    next = bringForward(next, speaker, perPage, spoke);
  }
  const isSame = next.length === order.value.length && next.every((id, i) => id === order.value[i]);
  if (!isSame) order.value = next;
}
