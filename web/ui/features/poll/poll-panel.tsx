// All polls; for those who run them what can be done with each, and a way to write another.

import "./poll.css";
import { useState } from "preact/hooks";
import type { WirePoll } from "../../../sdk/index.ts";
import { Confirm } from "../../common/dialog.tsx";
import { may } from "../../state/meeting.ts";
import { Ballot } from "./ballot.tsx";
import { PollDialog } from "./poll-dialog.tsx";
import { end, open, polls, remove, share } from "./poll-state.ts";
import { Results } from "./results.tsx";
import { words } from "./words.ts";

export function PollPanel() {
  const text = words.value;
  const [isWriting, setWriting] = useState(false);
  const [removing, setRemoving] = useState<string | null>(null);
  const runs = may("run_polls");
  return (
    <>
      {polls.value.length === 0 && <p class="soft polls-empty">{runs ? text.emptyForHosts : text.empty}</p>}
      <ul class="polls" aria-label={text.tab}>
        {polls.value.map((poll) => (
          <li key={poll.id} class="poll" data-testid="poll" data-state={poll.state}>
            <PollView poll={poll} />
            {runs && <Controls poll={poll} onRemove={setRemoving} />}
          </li>
        ))}
      </ul>
      {runs && (
        <div class="panel-footer">
          <button
            type="button"
            class="button primary wide"
            data-testid="new-poll"
            onClick={() => setWriting(true)}
          >
            {text.create}
          </button>
        </div>
      )}
      {isWriting && <PollDialog onClose={() => setWriting(false)} />}
      {removing !== null && (
        <Confirm
          title={text.removeQuestion}
          text={text.removeText}
          action={text.remove}
          onConfirm={() => remove(removing)}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  );
}

function PollView({ poll }: { poll: WirePoll }) {
  const text = words.value;
  const { state, question, options, own, results } = poll;
  const status = { draft: text.draft, open: text.isOpen, ended: text.ended }[state];
  const isBallot = state === "open" && may("vote");
  return (
    <>
      <span class="poll-state">{status}</span>
      {isBallot ? <Ballot poll={poll} /> : <p class="poll-question">{question}</p>}
      {results ? (
        <Results poll={poll} results={results} />
      ) : (
        !isBallot && (
          <ol class="poll-options">
            {options.map((option, index) => (
              <li key={option}>{own?.includes(index) ? `${option} · ${text.own}` : option}</li>
            ))}
          </ol>
        )
      )}
      {state === "ended" && !results && <p class="soft">{text.notShared}</p>}
    </>
  );
}

function Controls({ poll, onRemove }: { poll: WirePoll; onRemove: (id: string) => void }) {
  const text = words.value;
  const { id, state, shared } = poll;
  const isOtherOpen = polls.value.some((other) => other.state === "open" && other.id !== id);
  return (
    <div class="poll-controls">
      {state !== "draft" && (
        <label class="choice">
          <input
            type="checkbox"
            data-testid="poll-share"
            checked={shared}
            onChange={(event) => share(id, event.currentTarget.checked)}
          />
          <span>{text.share}</span>
        </label>
      )}
      <div class="row">
        {state === "draft" && (
          <button
            type="button"
            class="button primary"
            data-testid="poll-open"
            disabled={isOtherOpen}
            onClick={() => open(id)}
          >
            {text.open}
          </button>
        )}
        {state === "open" && (
          <button type="button" class="button" data-testid="poll-end" onClick={() => end(id)}>
            {text.end}
          </button>
        )}
        <button
          type="button"
          class="button quiet danger-text"
          data-testid="poll-remove"
          onClick={() => onRemove(id)}
        >
          {text.remove}
        </button>
      </div>
    </div>
  );
}
