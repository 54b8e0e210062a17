// Where a room's passcode is typed: shown, as it is told to many, and left as it is typed.

import type { InputHTMLAttributes } from "preact";

export const kLeastPasscode = 6;

/** In characters, as the server bounds it. */
const kMostPasscode = 64;

type PasscodeInputProps = InputHTMLAttributes<HTMLInputElement> & { label: string };

export function PasscodeInput({ label, ...props }: PasscodeInputProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        class="input"
        maxLength={kMostPasscode}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        {...props}
      />
    </label>
  );
}
