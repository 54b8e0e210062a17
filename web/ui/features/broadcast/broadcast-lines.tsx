// A host's lines in the menu: begin to show the meeting live, or end that.

import { MenuItem } from "../../common/menu-item.tsx";
import { current, isDialogOpen, offer, stop } from "./broadcast-state.ts";
import { words } from "./words.ts";

export function BroadcastLines() {
  const text = words.value;
  if (!offer.value) return null;
  if (current.value)
    return (
      <MenuItem icon="stop" label={text.stop} testid="broadcast-stop" class="danger-text" onClick={stop} />
    );
  return (
    <MenuItem
      icon="play"
      label={text.start}
      testid="broadcast-start"
      onClick={() => {
        isDialogOpen.value = true;
      }}
    />
  );
}
