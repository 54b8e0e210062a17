// Below number and PIN of a room, for hosts.

import { hostPin } from "./phone-state.ts";
import { words } from "./words.ts";

/** `at`: the numbers that ask for it, where they are not those beside it. */
export function HostPin({ at }: { at: readonly string[] }) {
  const text = words.value;
  if (hostPin.value === null) return null;
  return (
    <span title={text.hostPinHint} data-testid="host-pin">
      {at.length === 0 ? text.hostPin(hostPin.value) : text.hostPinAt(at.join(", "), hostPin.value)}
    </span>
  );
}
