// The questions and the field for one's own.

import "./qa.css";
import { useRef, useState } from "preact/hooks";
import type { WireQuestion } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { MenuItem } from "../../common/menu-item.tsx";
import { NameDialog } from "../../common/name-dialog.tsx";
import { Popover } from "../../common/popover.tsx";
import { may } from "../../state/meeting.ts";
import { MessageText } from "../chat/message-text.tsx";
import { answer, ask, dismiss, questions, vote } from "./qa-state.ts";
import { words } from "./words.ts";

const kMostCharacters = 500;

export function QaPanel() {
  const text = words.value;
  const [answering, setAnswering] = useState<WireQuestion | null>(null);
  return (
    <>
      {questions.value.length === 0 && <p class="soft questions-empty">{text.empty}</p>}
      <ul class="questions" aria-label={text.tab}>
        {questions.value.map((question) => (
          <Question key={question.id} question={question} onAnswer={setAnswering} />
        ))}
      </ul>
      <AskForm />
      {answering && (
        <NameDialog
          title={answering.text}
          label={text.answerLabel}
          name=""
          most={kMostCharacters}
          onSave={(words) => answer(answering.id, words)}
          onClose={() => setAnswering(null)}
        />
      )}
    </>
  );
}

interface QuestionProps {
  question: WireQuestion;
  onAnswer: (question: WireQuestion) => void;
}

function Question({ question, onAnswer }: QuestionProps) {
  const text = words.value;
  const { id, name, votes, voted = false, answered, answer: answerText } = question;
  return (
    <li class="question" data-testid="question" data-answered={answered}>
      <button
        type="button"
        class="vote"
        data-testid="vote"
        aria-pressed={voted}
        aria-label={`${text.vote(question.text)}, ${text.votes(votes)}`}
        onClick={() => void vote(question)}
      >
        <Icon name="up" size={16} />
        <span>{votes}</span>
      </button>
      <div class="question-text">
        <span class="soft">
          {name ?? text.nobody}
          {answered && ` · ${text.answered}`}
        </span>
        <p>{question.text}</p>
        {answerText && <MessageText text={answerText} class="answer" />}
      </div>
      {(may("answer_questions") || may("dismiss_questions")) && (
        <Popover
          label={text.actions}
          icon={<Icon name="more" size={18} />}
          class="button quiet icon"
          testid="question-menu"
        >
          {may("answer_questions") && !answered && (
            <MenuItem
              icon="check"
              label={text.answerSpoken}
              testid="answer-spoken"
              onClick={() => answer(id, "")}
            />
          )}
          {may("answer_questions") && (
            <MenuItem
              icon="edit"
              label={text.answerWritten}
              testid="answer-written"
              onClick={() => onAnswer(question)}
            />
          )}
          {may("dismiss_questions") && (
            <MenuItem
              icon="remove"
              label={text.dismiss}
              testid="dismiss"
              class="danger-text"
              onClick={() => dismiss(id)}
            />
          )}
        </Popover>
      )}
    </li>
  );
}

function AskForm() {
  const text = words.value;
  const [question, setQuestion] = useState("");
  const [isAnonymous, setAnonymous] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const submit = async () => {
    const clean = question.trim();
    if (clean === "") return;
    setQuestion("");
    if (!(await ask(clean, isAnonymous))) setQuestion((now) => now || clean);
    input.current?.focus();
  };
  return (
    <form
      class="ask"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <textarea
        ref={input}
        class="input"
        data-testid="ask-input"
        rows={1}
        maxLength={kMostCharacters}
        placeholder={text.askHint}
        aria-label={text.askHint}
        value={question}
        onInput={(event) => setQuestion(event.currentTarget.value)}
      />
      <label class="choice">
        <input
          type="checkbox"
          data-testid="ask-anonymous"
          checked={isAnonymous}
          onChange={(event) => setAnonymous(event.currentTarget.checked)}
        />
        <span>{text.anonymously}</span>
      </label>
      <button type="submit" class="button primary" data-testid="ask" disabled={question.trim() === ""}>
        {text.ask}
      </button>
    </form>
  );
}
