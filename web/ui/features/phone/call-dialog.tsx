// Asks whom to call. That an emergency number is not called is said also aloud, for whoever dials one may
// look elsewhere.

import { useState } from "preact/hooks";
import type { ErrorCode } from "../../../sdk/index.ts";
import { FormDialog } from "../../common/form-dialog.tsx";
import { codeOf, wordsOf } from "../../common/problem.tsx";
import { language } from "../../i18n/index.ts";
import { meeting } from "../../state/meeting.ts";
import { words } from "./words.ts";

const kMostOfNumber = 40;
const kMostOfName = 64;

export function CallDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [number, setNumber] = useState("");
  const [name, setName] = useState("");

  async function call(): Promise<readonly string[] | null> {
    const error = await ask(number, name.trim());
    if (error === "emergency_number") sayAloud(wordsOf(error).join(". "));
    return error && wordsOf(error);
  }

  return (
    <FormDialog
      title={text.callTitle}
      action={text.call}
      testid="call-now"
      isReady={number.trim() !== ""}
      onSubmit={call}
      onClose={onClose}
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
      <p class="soft">{text.confirmHint}</p>
    </FormDialog>
  );
}

/** What the server has against it, or null. */
async function ask(number: string, name: string): Promise<ErrorCode | null> {
  try {
    const heard = language.value === "zh-CN" ? "zh" : "en";
    await meeting.channel.request("phone.call", { number, ...(name && { name }), language: heard });
    return null;
  } catch (error) {
    return codeOf(error);
  }
}

function sayAloud(sentence: string): void {
  if (!("speechSynthesis" in window)) return;
  const speech = new SpeechSynthesisUtterance(sentence);
  speech.lang = language.value;
  speechSynthesis.speak(speech);
}
