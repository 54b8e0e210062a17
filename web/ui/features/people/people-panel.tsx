// Who is here and how others come in; a host mutes, names callers, lowers hands and removes from here.

import { useState } from "preact/hooks";
import type { Participant } from "../../../sdk/index.ts";
import { Avatar } from "../../common/avatar.tsx";
import { Confirm } from "../../common/dialog.tsx";
import { Icon } from "../../common/icons.tsx";
import { LongList } from "../../common/long-list.tsx";
import { NameDialog } from "../../common/name-dialog.tsx";
import { QualityMark } from "../../common/quality-mark.tsx";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../room/attempt.ts";
import { copyInvitation, phoneLink } from "../../room/invitation.ts";
import { dialog, speaking } from "../../room/room-state.ts";
import { isHost, local, meeting, snapshot } from "../../state/meeting.ts";

/** As .person in panel.css. */
const kRowPixels = 56;

export function PeoplePanel() {
  const words = t.value.room;
  const { participants } = snapshot.value;
  const [removing, setRemoving] = useState<Participant | null>(null);
  const [naming, setNaming] = useState<Participant | null>(null);
  return (
    <>
      <LongList
        class="people"
        label={words.people}
        items={participants}
        rowHeight={kRowPixels}
        row={(participant, index) => (
          <Person
            key={participant.id}
            participant={participant}
            place={[index + 1, participants.length]}
            onRemove={setRemoving}
            onName={setNaming}
          />
        )}
      />
      <DialInLines />
      <div class="panel-footer">
        <button type="button" class="button wide" onClick={() => void copyInvitation()}>
          <Icon name="copy" size={18} />
          {words.copyInvite}
        </button>
      </div>
      {naming && (
        <NameDialog
          title={words.nameQuestion}
          label={words.nameFor(naming.name)}
          name={naming.name}
          onSave={(name) => void attempt(meeting.renameCaller(naming.id, name))}
          onClose={() => setNaming(null)}
        />
      )}
      {removing && (
        <Confirm
          title={words.removeQuestion(removing.name)}
          text={words.removeText}
          action={words.remove}
          onConfirm={() => void attempt(meeting.removeParticipant(removing.id))}
          onClose={() => setRemoving(null)}
        />
      )}
    </>
  );
}

function DialInLines() {
  const words = t.value.room;
  const { dialIn } = snapshot.value;
  if (!dialIn || dialIn.numbers.length === 0) return null;
  return (
    <div class="dial-in soft" data-testid="dial-in">
      <span>{words.byPhone}</span>
      {dialIn.numbers.map((number) => (
        <a key={number} href={phoneLink(number, dialIn.pin)}>
          {number}
        </a>
      ))}
      <span>{words.phonePin(dialIn.pin)}</span>
    </div>
  );
}

interface PersonProps {
  /** Which of how many in the list. */
  place: readonly [number, number];
  participant: Participant;
  onRemove: (participant: Participant) => void;
  onName: (participant: Participant) => void;
}

function Person({ participant, place: [index, count], onRemove, onName }: PersonProps) {
  const words = t.value.room;
  const { id, name, role, kind, isSelf, isHandUp, sources, quality, connected } = participant;
  const isMicOn = isSelf ? local.value.microphone.on : sources.microphone?.state === "live";
  const isCameraOn = isSelf ? local.value.camera.on : sources.camera?.state === "live";
  const notes = [isSelf && words.you, role === "host" && words.host, !connected && words.offline].filter(
    Boolean,
  );
  const canManage = isHost.value && !isSelf;
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
        <span class="person-name">{name}</span>
        {notes.length > 0 && <span class="soft person-notes">{notes.join(" · ")}</span>}
      </span>
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
      <QualityMark quality={isSelf ? snapshot.value.quality || quality : quality} />
      {kind === "phone" && canManage && (
        <button
          type="button"
          class="button quiet icon"
          data-testid="name-person"
          aria-label={words.nameFor(name)}
          title={words.nameFor(name)}
          onClick={() => onName(participant)}
        >
          <Icon name="edit" size={18} />
        </button>
      )}
      {kind === "phone" && (
        <span class="person-mark" role="img" aria-label={words.byPhone}>
          <Icon name="phone" size={18} />
        </span>
      )}
      {isHandUp && <Hand participant={participant} canLower={canManage} />}
      {isCameraOn && (
        <span class="person-mark" role="img" aria-label={words.hasCamera}>
          <Icon name="camera" size={18} />
        </span>
      )}
      {canManage && isMicOn ? (
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
      ) : (
        <span class="person-mark" role="img" aria-label={isMicOn ? words.hasMic : words.muted}>
          <Icon name={isMicOn ? "mic" : "micOff"} size={18} />
        </span>
      )}
      {canManage && (
        <button
          type="button"
          class="button quiet icon"
          data-testid="remove-person"
          aria-label={words.removeFor(name)}
          title={words.removeFor(name)}
          onClick={() => onRemove(participant)}
        >
          <Icon name="remove" size={18} />
        </button>
      )}
    </li>
  );
}

function Hand({ participant: { id, name }, canLower }: { participant: Participant; canLower: boolean }) {
  const words = t.value.room;
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
