// Over the room while somebody waits: no host misses it, whatever panel is open.

import "./lobby.css";
import { panel } from "../../room/room-state.ts";
import { admit, queue } from "./lobby-state.ts";
import { words } from "./words.ts";

export function KnockCard() {
  const text = words.value;
  const [first, ...others] = queue.value;
  if (!first || panel.value === "lobby") return null;
  return (
    <section class="knock card" aria-label={text.tab} data-testid="knock">
      <p>{others.length === 0 ? text.knock(first.name) : text.knocks(queue.value.length)}</p>
      <div class="row">
        <button
          type="button"
          class="button"
          data-testid="knock-look"
          onClick={() => {
            panel.value = "lobby";
          }}
        >
          {text.look}
        </button>
        <button
          type="button"
          class="button primary"
          data-testid="knock-admit"
          onClick={() => (others.length === 0 ? admit(first.id) : admit())}
        >
          {others.length === 0 ? text.admit : text.admitAll}
        </button>
      </div>
    </section>
  );
}
