// One of the queue: who or what it is, and in one click what can be done about it.

import type { ComponentChildren } from "preact";
import type { WireWaiting } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { Icon, type IconName } from "../../common/icons.tsx";
import { roomWords } from "../../room/words.ts";
import { meeting } from "../../state/meeting.ts";
import { admit } from "../lobby/lobby-state.ts";
import { words as lobbyWords } from "../lobby/words.ts";
import { answer, dismiss } from "../qa/qa-state.ts";
import { words as qaWords } from "../qa/words.ts";
import { type Entry, letSpeak } from "./desk-state.ts";
import { words } from "./words.ts";

interface DeskEntryProps {
  entry: Entry;
  /** Which of how many. */
  place: readonly [number, number];
  onDeny: (waiting: WireWaiting) => void;
}

export function DeskEntry({ entry, place, onDeny }: DeskEntryProps) {
  switch (entry.kind) {
    case "knock":
      return <KnockEntry waiting={entry.waiting} place={place} onDeny={onDeny} />;
    case "hand":
      return <HandEntry participant={entry.participant} place={place} />;
    case "question":
      return <QuestionEntry question={entry.question} place={place} />;
  }
}

type Of<K extends Entry["kind"]> = Omit<Extract<Entry, { kind: K }>, "kind" | "id" | "at"> &
  Pick<DeskEntryProps, "place">;

function KnockEntry({ waiting, place, onDeny }: Of<"knock"> & Pick<DeskEntryProps, "onDeny">) {
  const text = lobbyWords.value;
  const { id, name, kind } = waiting;
  return (
    <Row
      kind="knock"
      icon="people"
      name={name}
      what={words.value.knocks}
      place={place}
      isPhone={kind === "phone"}
    >
      <Act testid="deny" label={text.denyFor(name)} onClick={() => onDeny(waiting)}>
        {text.deny}
      </Act>
      <Act testid="admit" label={text.admitFor(name)} isFirst onClick={() => admit(id)}>
        {text.admit}
      </Act>
    </Row>
  );
}

function HandEntry({ participant, place }: Of<"hand">) {
  const room = roomWords.value;
  const text = words.value;
  const { id, name, role, kind } = participant;
  const act = role === "attendee" ? text.onStage : text.letSpeak;
  return (
    <Row kind="hand" icon="hand" name={name} what={room.handUp} place={place} isPhone={kind === "phone"}>
      <Act testid="lower" label={room.lowerHandFor(name)} onClick={() => void attempt(meeting.lowerHand(id))}>
        {room.lowerHand}
      </Act>
      <Act testid="let-speak" label={`${act}: ${name}`} isFirst onClick={() => void letSpeak(participant)}>
        {act}
      </Act>
    </Row>
  );
}

function QuestionEntry({ question, place }: Of<"question">) {
  const text = qaWords.value;
  const { id, name, votes } = question;
  const who = [name ?? text.nobody, votes > 0 && text.votes(votes)].filter(Boolean).join(" · ");
  return (
    <Row kind="question" icon="question" name={question.text} what={who} place={place}>
      <Act testid="desk-dismiss" label={`${text.dismiss}: ${question.text}`} onClick={() => dismiss(id)}>
        {text.dismiss}
      </Act>
      <Act
        testid="desk-answered"
        label={`${text.answerSpoken}: ${question.text}`}
        isFirst
        onClick={() => answer(id, "")}
      >
        {text.answered}
      </Act>
    </Row>
  );
}

interface RowProps {
  kind: Entry["kind"];
  icon: IconName;
  name: string;
  what: string;
  place: readonly [number, number];
  isPhone?: boolean;
  children: ComponentChildren;
}

function Row({ kind, icon, name, what, place: [index, count], isPhone = false, children }: RowProps) {
  return (
    <li
      class="desk-entry"
      data-testid="desk-entry"
      data-kind={kind}
      aria-posinset={index}
      aria-setsize={count}
    >
      <span class="desk-icon">
        <Icon name={icon} size={20} />
      </span>
      <span class="desk-text">
        <span class="desk-name" title={name}>
          {name}
        </span>
        <span class="soft desk-what">
          {isPhone && (
            <span role="img" data-testid="by-phone" aria-label={roomWords.value.byPhone}>
              <Icon name="phone" size={16} />
            </span>
          )}
          {what}
        </span>
      </span>
      <span class="desk-acts">{children}</span>
    </li>
  );
}

interface ActProps {
  testid: string;
  label: string;
  isFirst?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

function Act({ testid, label, isFirst = false, onClick, children }: ActProps) {
  return (
    <button
      type="button"
      class={isFirst ? "button primary" : "button quiet"}
      data-testid={testid}
      aria-label={label}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
