// Below number and PIN of a room, for hosts.

import { hostPin } from "./phone-state.ts";
import { words } from "./words.ts";

export function HostPin() {
  const text = words.value;
  if (hostPin.value === null) return null;
  return (
    <span title={text.hostPinHint} data-testid="host-pin">
      {text.hostPin(hostPin.value)}
    </span>
  );
}
