// The room's questions: open ones first, those that most want answered before the others.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WireQuestion } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { panel } from "../../room/room-state.ts";
import { meeting } from "../../state/meeting.ts";

const byId = signal<ReadonlyMap<string, WireQuestion>>(new Map());
export const isOffered = signal(false);
/** Asked while the tab was not open. */
export const unseen = signal(0);

export const questions = computed(() =>
  [...byId.value.values()].toSorted(
    (a, b) => Number(a.answered) - Number(b.answered) || b.votes - a.votes || a.at - b.at,
  ),
);

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    isOffered.value = features?.qa !== undefined;
    byId.value = new Map((features?.qa?.questions ?? []).map((question) => [question.id, question]));
  },
  handleEvent: (event) => {
    switch (event.type) {
      case "qa.question": {
        const { question } = event.data;
        const before = byId.value.get(question.id);
        if (!before && panel.value !== "qa") unseen.value += 1;
        // One's own vote and question are told in snapshots only.
        put({ ...pick(before), ...question });
        break;
      }
      case "qa.votes":
        for (const [id, votes] of Object.entries(event.data.votes)) {
          const question = byId.value.get(id);
          if (question) put({ ...question, votes });
        }
        break;
      case "qa.dismissed": {
        const rest = new Map(byId.value);
        rest.delete(event.data.question);
        byId.value = rest;
        break;
      }
    }
  },
};

function pick(before: WireQuestion | undefined): Partial<WireQuestion> {
  return { ...(before?.voted && { voted: true }), ...(before?.own && { own: true }) };
}

function put(question: WireQuestion): void {
  byId.value = new Map(byId.value).set(question.id, question);
}

export function forget(): void {
  byId.value = new Map();
  isOffered.value = false;
  unseen.value = 0;
}

export function ask(text: string, anonymous: boolean): Promise<boolean> {
  return attempt(meeting.channel.request("qa.ask", { text, ...(anonymous && { anonymous }) }));
}

/** Shown at once; taken back when the server does not take it. */
export async function vote(question: WireQuestion): Promise<void> {
  const { id } = question;
  const up = !question.voted;
  mark(id, up);
  if (!(await attempt(meeting.channel.request("qa.vote", { question: id, up })))) mark(id, !up);
}

function mark(id: string, voted: boolean): void {
  const question = byId.value.get(id);
  if (!question) return;
  const { voted: _, ...rest } = question;
  put(voted ? { ...rest, voted: true } : rest);
}

/** Without words: answered in speech. */
export function answer(question: string, text: string): void {
  void attempt(meeting.channel.request("qa.answer", { question, ...(text && { text }) }));
}

export function dismiss(question: string): void {
  void attempt(meeting.channel.request("qa.dismiss", { question }));
}
