// Over the room when a poll opens or its results are shared: nobody need have the panel open to vote.

import "./poll.css";
import type { WirePoll } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { t } from "../../i18n/index.ts";
import { Ballot } from "./ballot.tsx";
import { card, putAway, told } from "./poll-state.ts";
import { Results } from "./results.tsx";
import { words } from "./words.ts";

export function PollCard() {
  const poll = card.value;
  const text = words.value;
  const news = told.value && (told.value.state === "open" ? text.opened : text.results)(told.value.question);
  return (
    <>
      <span class="hidden-visually" role="status" data-testid="poll-news">
        {news}
      </span>
      {poll && <Card poll={poll} />}
    </>
  );
}

function Card({ poll }: { poll: WirePoll }) {
  const isOpen = poll.state === "open";
  return (
    <section class="poll-card card" aria-label={words.value.tab} data-testid="poll-card">
      <button
        type="button"
        class="button quiet icon poll-away"
        data-testid="poll-later"
        aria-label={isOpen && !poll.own ? words.value.later : t.value.close}
        title={isOpen && !poll.own ? words.value.later : t.value.close}
        onClick={putAway}
      >
        <Icon name="close" size={18} />
      </button>
      {isOpen ? (
        <Ballot key={poll.id} poll={poll} onVoted={putAway} />
      ) : (
        <p class="poll-question">{poll.question}</p>
      )}
      {poll.results && <Results poll={poll} results={poll.results} />}
    </section>
  );
}
