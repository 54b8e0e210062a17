// What rooms with a passcode ask for besides a name, and what came of it.

import type { ErrorCode } from "../../sdk/index.ts";
import { PasscodeInput } from "../common/passcode-input.tsx";
import { Problem } from "../common/problem.tsx";
import { words } from "./words.ts";

interface PasscodeFieldProps {
  /** Why the last join failed. */
  problem: ErrorCode | null;
  /** In words, where it has nothing to do with passcodes. */
  why: readonly string[] | null;
  onInput: (passcode: string) => void;
}

export function PasscodeField({ problem, why, onInput }: PasscodeFieldProps) {
  const text = words.value;
  const told = (problem && text.problems[problem]) ?? why;
  return (
    <>
      <PasscodeInput
        label={text.passcode}
        data-testid="passcode"
        placeholder={text.passcodeHint}
        aria-invalid={problem === "passcode_wrong"}
        required
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {told && <Problem bad words={told} />}
    </>
  );
}
