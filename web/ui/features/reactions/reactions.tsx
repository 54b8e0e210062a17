// The button with the reactions, and those that were sent, rising over the room.

import "./reactions.css";
import { Popover } from "../../common/popover.tsx";
import type { Feature } from "../feature.ts";
import { forget, kReactions, kSigns, listener, react, shown } from "./reactions-state.ts";
import { words } from "./words.ts";

function ReactionControl() {
  return (
    <Popover label={words.value.react} icon="smile" class="round roomy" testid="reactions">
      <ReactionLine />
    </Popover>
  );
}

function ReactionLine() {
  return (
    <div class="reaction-line">
      {kReactions.map((reaction) => (
        <button
          key={reaction}
          type="button"
          class="reaction"
          data-testid={`react-${reaction}`}
          aria-label={words.value[reaction]}
          title={words.value[reaction]}
          onClick={() => react(reaction)}
        >
          {kSigns[reaction]}
        </button>
      ))}
    </div>
  );
}

function Rising() {
  return (
    <div class="rising" role="status" data-testid="rising">
      {shown.value.map(({ id, reaction, count }) => (
        <span key={id} class="rising-one" style={{ "--place": String((id * 37) % 100) }}>
          <span role="img" aria-label={words.value[reaction]}>
            {kSigns[reaction]}
          </span>
          {count > 1 && <span class="rising-count">{count}</span>}
        </span>
      ))}
    </div>
  );
}

export const reactions: Feature = {
  name: "reactions",
  Control: ReactionControl,
  MenuLines: ReactionLine,
  Over: Rising,
  listener,
  handleLeft: forget,
};
