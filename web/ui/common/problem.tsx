// What went wrong, in words, and what to do about it.

import type { ComponentChildren } from "preact";
import { type DeviceErrorCode, type ErrorCode, ParleyError } from "../../sdk/index.ts";
import { t } from "../i18n/index.ts";

type Words = readonly string[];

/** Of whatever was thrown. */
export const codeOf = (error: unknown): ErrorCode => (error instanceof ParleyError ? error.code : "internal");

export function wordsOf(code: ErrorCode): Words {
  const { problems } = t.value;
  return code in problems ? problems[code as keyof typeof problems] : problems.other;
}

interface ProblemProps {
  words: Words;
  bad?: boolean;
  children?: ComponentChildren;
}

export function Problem({ words: [what, remedy], bad, children }: ProblemProps) {
  return (
    <div class={bad ? "note bad" : "note"} data-testid="problem" role="alert">
      <strong>{what}</strong>
      <span>{remedy}</span>
      {children}
    </div>
  );
}

export function DeviceProblem(props: { device: string; code: DeviceErrorCode; onRetry: () => void }) {
  return (
    <Problem words={t.value.devices[props.code](props.device)}>
      <div>
        <button type="button" class="button quiet" onClick={props.onRetry}>
          {t.value.tryAgain}
        </button>
      </div>
    </Problem>
  );
}
