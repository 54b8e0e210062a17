// How many chose each option, as far as this person may see it.

import type { WirePoll, WirePollResults } from "../../../sdk/index.ts";
import { words } from "./words.ts";

export function Results({ poll, results }: { poll: WirePoll; results: WirePollResults }) {
  const text = words.value;
  return (
    <div class="poll-results" data-testid="poll-results">
      <ul>
        {poll.options.map((option, index) => {
          const votes = results.votes[index] ?? 0;
          const percent = results.voters > 0 ? Math.round((votes / results.voters) * 100) : 0;
          return (
            <li key={option} data-own={poll.own?.includes(index)}>
              <span class="poll-option">
                {option}
                {poll.own?.includes(index) && <span class="soft">{` · ${text.own}`}</span>}
              </span>
              <span class="poll-votes">{text.votes(votes, percent)}</span>
              <span class="poll-bar" aria-hidden="true">
                <span style={{ width: `${percent}%` }} />
              </span>
            </li>
          );
        })}
      </ul>
      <p class="soft">{text.voters(results.voters)}</p>
    </div>
  );
}
