// Raised hands in the order in which the server saw them go up.

import { computed, signal } from "@preact/signals";
import type { Participant, RoomListener } from "../../../sdk/index.ts";
import { snapshot } from "../../state/meeting.ts";

const known = signal<readonly string[]>([]);

export const hands: RoomListener = {
  handleRoom: ({ features }) => {
    known.value = features?.hand?.queue ?? [];
  },
  handleEvent: (event) => {
    if (event.type !== "participant_joined" && event.type !== "participant_changed") return;
    const { id, hand = false } = event.data.participant;
    if (hand !== known.value.includes(id))
      known.value = hand ? [...known.value, id] : known.value.filter((one) => one !== id);
  },
};

/** Who has the first hand, the second, … */
export const queue = computed<readonly string[]>(() => {
  const up = snapshot.value.participants.filter(({ isHandUp }) => isHandUp).map(({ id }) => id);
  const told = known.value.filter((id) => up.includes(id));
  return [...told, ...up.filter((id) => !told.includes(id))];
});

/** Those with a hand up first, in order; everyone else stays where they were. */
export function handsFirst(participants: readonly Participant[]): readonly Participant[] {
  const places = new Map(queue.value.map((id, index) => [id, index]));
  if (places.size === 0) return participants;
  const placeOf = ({ id }: Participant) => places.get(id) ?? places.size;
  return participants.toSorted((a, b) => placeOf(a) - placeOf(b));
}

export function forgetHands(): void {
  known.value = [];
}
