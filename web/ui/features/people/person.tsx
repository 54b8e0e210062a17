// One person in the list: name and what there is to know in words, marks in columns, and what a host can do.

import type { Participant } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { Avatar } from "../../common/avatar.tsx";
import { Icon } from "../../common/icons.tsx";
import { QualityMark } from "../../common/quality-mark.tsx";
import { dialog, speaking } from "../../room/room-state.ts";
import { roomWords } from "../../room/words.ts";
import { local, may, meeting, snapshot } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { ask } from "../ask/ask.tsx";
import { words as askWords } from "../ask/words.ts";
import { PersonMenu } from "./person-menu.tsx";

interface PersonProps {
  /** Which of how many in the list. */
  place: readonly [number, number];
  participant: Participant;
  onRemove: (participant: Participant) => void;
  onName: (participant: Participant) => void;
}

const kWeak = 2;

export function Person({ participant, place: [index, count], onRemove, onName }: PersonProps) {
  const words = roomWords.value;
  const { id, name, kind, isSelf, isHandUp, sources } = participant;
  const isCameraOn = isSelf ? local.value.camera.on : sources.camera?.state === "live";
  const canMute = may("mute_others") && !isSelf;
  return (
    <li
      class="person"
      aria-posinset={index}
      aria-setsize={count}
      data-testid="person"
      data-participant={id}
      data-speaking={speaking.value.has(id)}
    >
      <Avatar id={id} name={name} />
      <span class="person-text">
        <span class="person-name" title={name}>
          {name}
        </span>
        <Notes participant={participant} />
      </span>
      {kind === "phone" && (
        <span class="person-mark" role="img" aria-label={words.byPhone}>
          <Icon name="phone" size={18} />
        </span>
      )}
      {isHandUp && <Hand participant={participant} canLower={may("lower_hands") && !isSelf} />}
      {isCameraOn && (
        <span class="person-mark" role="img" aria-label={words.hasCamera}>
          <Icon name="camera" size={18} />
        </span>
      )}
      <Microphone participant={participant} canMute={canMute} />
      {isSelf && (
        <button
          type="button"
          class="button quiet icon"
          data-testid="rename-self"
          aria-label={words.rename}
          title={words.rename}
          onClick={() => {
            dialog.value = "rename";
          }}
        >
          <Icon name="edit" size={18} />
        </button>
      )}
      {!isSelf && <PersonMenu participant={participant} onRemove={onRemove} onName={onName} />}
    </li>
  );
}

function Notes({ participant: { isSelf, role, connected, quality: told } }: { participant: Participant }) {
  const words = roomWords.value;
  const quality = isSelf ? snapshot.value.quality || told : told;
  const isWeak = connected && quality > 0 && quality <= kWeak;
  const notes = [
    isSelf && words.you,
    role !== "panelist" && words[role],
    !connected && words.offline,
    isWeak && words.quality[quality],
  ].filter(Boolean);
  if (notes.length === 0) return null;
  return (
    <span class="soft person-notes">
      {isWeak && (
        <span aria-hidden="true">
          <QualityMark quality={quality} />
        </span>
      )}
      <span>{notes.join(" · ")}</span>
    </span>
  );
}

function Microphone({ participant, canMute }: { participant: Participant; canMute: boolean }) {
  const words = roomWords.value;
  const { id, name, kind, isSelf, sources } = participant;
  const isOn = isSelf ? local.value.microphone.on : sources.microphone?.state === "live";
  if (canMute && !isOn && (kind === "browser" || kind === "phone") && sources.microphone) {
    return (
      <button
        type="button"
        class="button quiet icon"
        data-testid="ask-person"
        aria-label={askWords.value.askFor(name)}
        title={askWords.value.askFor(name)}
        onClick={() => void askToSpeak(id, name)}
      >
        <Icon name="micOff" size={18} />
      </button>
    );
  }
  if (!canMute || !isOn) {
    return (
      <span class="person-mark wide" role="img" aria-label={isOn ? words.hasMic : words.muted}>
        <Icon name={isOn ? "mic" : "micOff"} size={18} />
      </span>
    );
  }
  return (
    <button
      type="button"
      class="button quiet icon"
      data-testid="mute-person"
      aria-label={words.muteFor(name)}
      title={words.muteFor(name)}
      onClick={() => void attempt(meeting.muteParticipant(id, "microphone"))}
    >
      <Icon name="mic" size={18} />
    </button>
  );
}

async function askToSpeak(id: string, name: string): Promise<void> {
  if (await ask(id, "microphone")) toast(askWords.value.asked(name));
}

function Hand({ participant: { id, name }, canLower }: { participant: Participant; canLower: boolean }) {
  const words = roomWords.value;
  if (!canLower) {
    return (
      <span class="person-mark" role="img" aria-label={words.handUp}>
        <Icon name="hand" size={18} />
      </span>
    );
  }
  return (
    <button
      type="button"
      class="button quiet icon"
      data-testid="lower-hand"
      aria-label={words.lowerHandFor(name)}
      title={words.lowerHandFor(name)}
      onClick={() => void attempt(meeting.lowerHand(id))}
    >
      <Icon name="hand" size={18} />
    </button>
  );
}
