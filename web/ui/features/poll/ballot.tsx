// What is asked and the options to choose from, with the vote one gave already.

import { useState } from "preact/hooks";
import type { WirePoll } from "../../../sdk/index.ts";
import { vote } from "./poll-state.ts";
import { words } from "./words.ts";

interface BallotProps {
  poll: WirePoll;
  onVoted?: () => void;
}

export function Ballot({ poll, onVoted }: BallotProps) {
  const { id, question, options, multiple, own } = poll;
  const text = words.value;
  const [chosen, setChosen] = useState<readonly number[]>(own ?? []);
  const choose = (option: number, isChosen: boolean) => {
    const others = multiple ? chosen.filter((each) => each !== option) : [];
    setChosen(isChosen ? [...others, option].toSorted((a, b) => a - b) : others);
  };
  const isNew = chosen.length > 0 && chosen.join() !== own?.join();
  return (
    <form
      class="ballot"
      onSubmit={async (event) => {
        event.preventDefault();
        if (await vote(id, chosen)) onVoted?.();
      }}
    >
      <fieldset>
        <legend class="poll-question">{question}</legend>
        <p class="soft poll-hint">{own ? text.votedOpen : multiple ? text.chooseSeveral : text.chooseOne}</p>
        {options.map((option, index) => (
          <label key={option} class="choice">
            <input
              type={multiple ? "checkbox" : "radio"}
              name={`poll-${id}`}
              data-testid="poll-choice"
              checked={chosen.includes(index)}
              onChange={(event) => choose(index, event.currentTarget.checked)}
            />
            <span>{option}</span>
          </label>
        ))}
      </fieldset>
      <button type="submit" class="button primary" data-testid="poll-vote" disabled={!isNew}>
        {own ? text.changeVote : text.vote}
      </button>
    </form>
  );
}
