import { Icon } from "../../common/icons.tsx";
import { panel, togglePanel } from "../../room/room-state.ts";
import type { Feature } from "../feature.ts";
import { DeskPanel } from "./desk-panel.tsx";
import { type Entry, entries, isOffered } from "./desk-state.ts";
import { words } from "./words.ts";

/** In the header, always in sight: how many there are, and the way to them. */
function DeskMark() {
  if (!isOffered.value) return null;
  const text = words.value;
  const count = entries.value.length;
  return (
    <>
      <button
        type="button"
        class="button quiet desk-mark"
        data-testid="desk-mark"
        aria-label={count > 0 ? `${text.tab}: ${text.count(count)}` : text.tab}
        aria-keyshortcuts="q"
        aria-pressed={panel.value === "desk"}
        title={`${text.tab} (q)`}
        onClick={() => togglePanel("desk")}
      >
        <Icon name="desk" size={18} />
        <span class="wide-only">{text.tab} </span>
        {count > 0 && (
          <span class="tab-waiting" aria-hidden="true">
            {count > 99 ? "99+" : count}
          </span>
        )}
      </button>
      <Newest />
    </>
  );
}

/** The last of the queue, for whoever hears the page. */
function Newest() {
  const last = entries.value.at(-1);
  return (
    <span class="hidden-visually" role="status">
      {last && words.value[last.kind](nameIn(last))}
    </span>
  );
}

function nameIn(entry: Entry): string {
  switch (entry.kind) {
    case "knock":
      return entry.waiting.name;
    case "hand":
      return entry.participant.name;
    case "question":
      return entry.question.text;
  }
}

export const desk: Feature = {
  name: "desk",
  tab: {
    icon: "desk",
    title: () => words.value.tab,
    waiting: () => entries.value.length,
    isOffered: () => isOffered.value,
    Panel: DeskPanel,
  },
  Mark: DeskMark,
};
