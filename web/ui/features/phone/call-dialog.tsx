// Asks whom to call. What the server refuses is said here, in writing; that an emergency number is not
// called also aloud, for whoever dials one may look elsewhere.

import "./phone.css";
import { useState } from "preact/hooks";
import { type ErrorCode, ParleyError } from "../../../sdk/index.ts";
import { Dialog } from "../../common/dialog.tsx";
import { Problem, wordsOf } from "../../common/problem.tsx";
import { language, t } from "../../i18n/index.ts";
import { meeting } from "../../state/meeting.ts";
import { words } from "./words.ts";

const kMostOfNumber = 40;
const kMostOfName = 64;

export function CallDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [number, setNumber] = useState("");
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<ErrorCode | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function call(): Promise<void> {
    setBusy(true);
    setProblem(null);
    const error = await ask(number, name.trim());
    setBusy(false);
    if (error === null) return onClose();
    setProblem(error);
    if (error === "emergency_number") sayAloud(wordsOf(error).join(". "));
  }

  return (
    <Dialog title={text.callTitle} onClose={onClose}>
      <form
        class="call-form"
        onSubmit={(event) => {
          event.preventDefault();
          void call();
        }}
      >
        <label class="field">
          <span>{text.number}</span>
          <input
            class="input"
            type="tel"
            data-testid="call-number"
            value={number}
            maxLength={kMostOfNumber}
            placeholder={text.numberExample}
            autocomplete="off"
            required
            autofocus
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{text.nameOfCallee}</span>
          <input
            class="input"
            data-testid="call-name"
            value={name}
            maxLength={kMostOfName}
            autocomplete="off"
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        {problem && <Problem words={wordsOf(problem)} bad />}
        <p class="soft">{text.confirmHint}</p>
        <div class="dialog-actions">
          <button type="button" class="button" onClick={onClose}>
            {t.value.cancel}
          </button>
          <button
            type="submit"
            class="button primary"
            data-testid="call-now"
            disabled={isBusy || number.trim() === ""}
          >
            {text.call}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** What the server has against it, or null. */
async function ask(number: string, name: string): Promise<ErrorCode | null> {
  try {
    const heard = language.value === "zh-CN" ? "zh" : "en";
    await meeting.channel.request("phone.call", { number, ...(name && { name }), language: heard });
    return null;
  } catch (error) {
    return error instanceof ParleyError ? error.code : "internal";
  }
}

function sayAloud(sentence: string): void {
  if (!("speechSynthesis" in window)) return;
  const speech = new SpeechSynthesisUtterance(sentence);
  speech.lang = language.value;
  speechSynthesis.speak(speech);
}
