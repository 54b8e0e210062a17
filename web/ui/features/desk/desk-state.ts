// The host's desk: whoever knocks, has a hand up or asks something, as one queue in the order in which the
// server saw them.

import { computed } from "@preact/signals";
import type { Participant, WireQuestion, WireWaiting } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { may, meeting, self, snapshot } from "../../state/meeting.ts";
import { ask } from "../ask/ask.tsx";
import { queue as knocks } from "../lobby/lobby-state.ts";
import { queue as hands } from "../people/hands.ts";
import { questions } from "../qa/qa-state.ts";

export type Entry =
  | { readonly kind: "knock"; readonly id: string; readonly at: number; readonly waiting: WireWaiting }
  | { readonly kind: "hand"; readonly id: string; readonly at: number; readonly participant: Participant }
  | { readonly kind: "question"; readonly id: string; readonly at: number; readonly question: WireQuestion };

export const isOffered = computed(() => may("manage_lobby"));

export const entries = computed<readonly Entry[]>(() => {
  if (!isOffered.value) return [];
  const people = new Map(snapshot.value.participants.map((one) => [one.id, one]));
  const all: Entry[] = [
    ...knocks.value.map((waiting) => ({
      kind: "knock" as const,
      id: waiting.id,
      at: waiting.since,
      waiting,
    })),
    ...hands.value.flatMap((id) => {
      const participant = people.get(id);
      if (!participant || id === self.value?.id) return [];
      return [{ kind: "hand" as const, id, at: participant.handAt, participant }];
    }),
    ...questions.value
      .filter(({ answered }) => !answered)
      .map((question) => ({ kind: "question" as const, id: question.id, at: question.at, question })),
  ];
  return all.toSorted((one, other) => one.at - other.at);
});

/** Whose hand has been up longest. */
export const firstHand = computed(() => {
  for (const entry of entries.value) if (entry.kind === "hand") return entry.participant;
  return null;
});

/** Brings them on stage where they are not, lowers the hand, and asks them to unmute. */
export async function letSpeak(participant: Participant): Promise<void> {
  if (!(await attempt(meeting.lowerHand(participant.id)))) return;
  await call(participant);
}

/** The first hand of the queue, whoever it is by now. */
export async function nextSpeaker(): Promise<void> {
  if (!isOffered.value || !firstHand.value) return;
  const taking = meeting.channel.request("hand.next", {});
  if (!(await attempt(taking))) return;
  const { participant: id } = await taking;
  const participant = snapshot.value.participants.find((one) => one.id === id);
  if (participant) await call(participant);
}

async function call({ id, role, kind, sources }: Participant): Promise<void> {
  if (role === "attendee") {
    const change = meeting.channel.request("role", { participant: id, role: "panelist" });
    if (!(await attempt(change))) return;
  }
  if ((kind === "browser" || kind === "phone") && sources.microphone?.state !== "live")
    await ask(id, "microphone");
}
