// Writes a poll: what is asked and two to ten options.

import { useState } from "preact/hooks";
import { FormDialog } from "../../common/form-dialog.tsx";
import { Icon } from "../../common/icons.tsx";
import { create } from "./poll-state.ts";
import { words } from "./words.ts";

const kQuestionCharacters = 300;
const kOptionCharacters = 100;
const kMostOptions = 10;

export function PollDialog({ onClose }: { onClose: () => void }) {
  const text = words.value;
  const [question, setQuestion] = useState("");
  const [options, setOptions] = useState<readonly string[]>(["", ""]);
  const [multiple, setMultiple] = useState(false);
  const clean = [...new Set(options.map((option) => option.trim()).filter((option) => option !== ""))];
  const isReady = question.trim() !== "" && clean.length > 1;
  const save = (isOpened: boolean) =>
    create({ question: question.trim(), options: clean, multiple }, isOpened);
  return (
    <FormDialog
      title={text.create}
      action={text.open}
      testid="poll-launch"
      isReady={isReady}
      other={{ action: text.saveDraft, testid: "poll-draft", onSubmit: () => save(false) }}
      onSubmit={() => save(true)}
      onClose={onClose}
    >
      <label class="field">
        <span>{text.question}</span>
        <input
          class="input"
          data-testid="poll-question"
          value={question}
          maxLength={kQuestionCharacters}
          autocomplete="off"
          autofocus
          onInput={(event) => setQuestion(event.currentTarget.value)}
        />
      </label>
      {options.map((option, index) => (
        <div key={index} class="poll-field">
          <input
            class="input"
            data-testid="poll-option"
            value={option}
            maxLength={kOptionCharacters}
            autocomplete="off"
            placeholder={text.option(index + 1)}
            aria-label={text.option(index + 1)}
            onInput={(event) => setOptions(options.with(index, event.currentTarget.value))}
          />
          {options.length > 2 && (
            <button
              type="button"
              class="button quiet icon"
              aria-label={text.removeOption(index + 1)}
              title={text.removeOption(index + 1)}
              onClick={() => setOptions(options.toSpliced(index, 1))}
            >
              <Icon name="close" size={18} />
            </button>
          )}
        </div>
      ))}
      {options.length < kMostOptions && (
        <button
          type="button"
          class="button quiet"
          data-testid="poll-add-option"
          onClick={() => setOptions([...options, ""])}
        >
          <Icon name="plus" size={18} />
          {text.addOption}
        </button>
      )}
      <label class="choice">
        <input
          type="checkbox"
          data-testid="poll-multiple"
          checked={multiple}
          onChange={(event) => setMultiple(event.currentTarget.checked)}
        />
        <span>{text.multiple}</span>
      </label>
    </FormDialog>
  );
}
