// Below the header while somebody waits: no host misses it, whatever panel is open.

import { Notice } from "../../common/notice.tsx";
import { panel } from "../../room/room-state.ts";
import { admit, queue } from "./lobby-state.ts";
import { words } from "./words.ts";

export function KnockNotice() {
  const text = words.value;
  const [first, ...others] = queue.value;
  if (!first || panel.value === "desk") return null;
  return (
    <Notice
      icon="people"
      testid="knock"
      actions={
        <>
          <button
            type="button"
            class="button"
            data-testid="knock-look"
            onClick={() => {
              panel.value = "desk";
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
        </>
      }
    >
      {others.length === 0 ? text.knock(first.name) : text.knocks(queue.value.length)}
    </Notice>
  );
}
