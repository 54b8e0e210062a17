// The room's polls as this person may see them, one's own votes, and what of it is news.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WirePoll } from "../../../sdk/index.ts";
import { attempt, refusal } from "../../common/attempt.ts";
import { panel } from "../../room/room-state.ts";
import { may, meeting } from "../../state/meeting.ts";

const byId = signal<ReadonlyMap<string, WirePoll>>(new Map());
const isThere = signal(false);
/** Shown in the card over the room until the person turns to it or puts it away. */
const news = signal<string | null>(null);

/** The open one first, then the latest. Drafts only for those who run polls. */
export const polls = computed(() =>
  [...byId.value.values()]
    .filter(({ state }) => state !== "draft" || may("run_polls"))
    .toReversed()
    .toSorted((a, b) => Number(b.state === "open") - Number(a.state === "open")),
);

export const isOffered = computed(() => isThere.value && (may("run_polls") || polls.value.length > 0));
/** Polls that wait for this person's vote. */
export const waiting = computed(() =>
  may("run_polls") ? 0 : polls.value.filter(({ state, own }) => state === "open" && !own).length,
);

/** What is told of; nothing to those who run polls, who have the panel. */
export const told = computed(() =>
  news.value === null || may("run_polls") ? null : (byId.value.get(news.value) ?? null),
);
/** What stands over the room. */
export const card = computed(() => (panel.value === "poll" ? null : told.value));

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    isThere.value = features?.poll !== undefined;
    const all = features?.poll?.polls ?? [];
    const isKnown = (id: string) => byId.value.get(id)?.state === "open";
    const fresh = all.find(({ id, state, own }) => state === "open" && !own && !isKnown(id));
    byId.value = new Map(all.map((poll) => [poll.id, poll]));
    if (fresh) news.value = fresh.id;
  },
  handleEvent: (event) => {
    switch (event.type) {
      case "poll.poll":
        change(event.data.poll);
        break;
      case "poll.results": {
        const poll = byId.value.get(event.data.poll);
        if (poll) put({ ...poll, results: event.data.results });
        break;
      }
      case "poll.deleted": {
        const rest = new Map(byId.value);
        rest.delete(event.data.poll);
        byId.value = rest;
        break;
      }
    }
  },
};

// One's own vote is told in snapshots only, results in events of their own.
function change(poll: WirePoll): void {
  const before = byId.value.get(poll.id);
  const own = before?.own && { own: before.own };
  const results = before?.results && (poll.shared || may("run_polls")) && { results: before.results };
  put({ ...poll, ...own, ...results });
  if (may("run_polls")) return;
  if (poll.state === "open" && before?.state !== "open") tell(poll);
  else if (poll.shared && !before?.shared) tell(poll);
  else if (poll.state === "ended" && news.value === poll.id && !poll.shared) news.value = null;
}

function tell({ id }: WirePoll): void {
  news.value = id;
}

function put(poll: WirePoll): void {
  byId.value = new Map(byId.value).set(poll.id, poll);
}

export function forget(): void {
  byId.value = new Map();
  isThere.value = false;
  news.value = null;
}

export function putAway(): void {
  news.value = null;
}

export interface PollWish {
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
}

/** At once, or as a draft; null, or what the server has against it. */
export async function create(wish: PollWish, isOpened: boolean): Promise<readonly string[] | null> {
  const made = meeting.channel.request("poll.create", {
    question: wish.question,
    options: [...wish.options],
    ...(wish.multiple && { multiple: true }),
  });
  const against = await refusal(made);
  if (against) return against;
  const { poll } = await made;
  if (isOpened && poll !== undefined) open(poll);
  return null;
}

export function open(poll: string): void {
  void attempt(meeting.channel.request("poll.open", { poll }));
}

export function end(poll: string): void {
  void attempt(meeting.channel.request("poll.end", { poll }));
}

export function share(poll: string, shared: boolean): void {
  void attempt(meeting.channel.request("poll.share", { poll, shared }));
}

export function remove(poll: string): void {
  void attempt(meeting.channel.request("poll.delete", { poll }));
}

export async function vote(id: string, options: readonly number[]): Promise<boolean> {
  const isTaken = await attempt(meeting.channel.request("poll.vote", { poll: id, options: [...options] }));
  const poll = byId.value.get(id);
  if (isTaken && poll) put({ ...poll, own: [...options] });
  return isTaken;
}
