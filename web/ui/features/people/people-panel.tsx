// Who is here and how others come in.

import "./people.css";
import { useState } from "preact/hooks";
import type { Participant } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { Icon } from "../../common/icons.tsx";
import { LongList } from "../../common/long-list.tsx";
import { NameDialog } from "../../common/name-dialog.tsx";
import { callIn, copyInvitation, phoneLink, pinText } from "../../room/invitation.ts";
import { roomWords } from "../../room/words.ts";
import { may, meeting, snapshot } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { CallDialog } from "../phone/call-dialog.tsx";
import { CallList } from "../phone/call-list.tsx";
import { HostPin } from "../phone/host-pin.tsx";
import { calls } from "../phone/phone-state.ts";
import { words as phoneWords } from "../phone/words.ts";
import { set } from "../stage/spotlight.ts";
import { handsFirst } from "./hands.ts";
import { Person } from "./person.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { words as featureWords } from "./words.ts";

/** As .person in people.css. */
const kRowPixels = 56;

export function PeoplePanel() {
  const words = roomWords.value;
  const { participants, unlisted } = snapshot.value;
  const [removing, setRemoving] = useState<Participant | null>(null);
  const [naming, setNaming] = useState<Participant | null>(null);
  const [isCalling, setCalling] = useState(false);
  return (
    <>
      <CallList />
      <LongList
        class="people"
        label={words.people}
        items={handsFirst(participants)}
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
      {unlisted > 0 && (
        <p class="unlisted soft" data-testid="unlisted">
          {featureWords.value.unlisted(unlisted)}
        </p>
      )}
      <DialInLines />
      <div class="panel-footer people-actions">
        {may("mute_others") && participants.length > 1 && (
          <button type="button" class="button" data-testid="mute-all" onClick={muteAll}>
            <Icon name="micOff" size={18} />
            {featureWords.value.muteAll}
          </button>
        )}
        {calls.value && (
          <button type="button" class="button" data-testid="call-phone" onClick={() => setCalling(true)}>
            <Icon name="phone" size={18} />
            {phoneWords.value.call}
          </button>
        )}
        <button type="button" class="button" onClick={() => void copyInvitation()}>
          <Icon name="copy" size={18} />
          {words.copyInvite}
        </button>
      </div>
      {isCalling && <CallDialog onClose={() => setCalling(false)} />}
      {naming && (
        <NameDialog
          title={words.nameQuestion}
          label={words.nameFor(naming.name)}
          name={naming.name}
          onSave={(name) => void attempt(meeting.renameCaller(naming.id, name))}
          onClose={() => setNaming(null)}
        />
      )}
      {removing && <RemoveDialog participant={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

/** But for hosts, and for whoever is in the spotlight. */
async function muteAll(): Promise<void> {
  const { nowAllMuted, nowOthersMuted } = featureWords.value;
  const except = set.value.spotlight.map(({ participant }) => participant);
  const muting = meeting.channel.request("mute", {
    source: "microphone",
    ...(except.length > 0 && { except }),
  });
  if (await attempt(muting)) toast(except.length > 0 ? nowOthersMuted : nowAllMuted);
}

function DialInLines() {
  const phone = callIn();
  if (!phone) return null;
  return (
    <details class="dial-in" data-testid="dial-in">
      <summary>{roomWords.value.byPhone}</summary>
      {phone.numbers.map((number) => (
        <a key={number} href={phoneLink(number, phone.pin)}>
          {number}
        </a>
      ))}
      <span>{pinText(phone)}</span>
      <HostPin at={phone.pin === null ? (snapshot.value.dialIn?.numbers ?? []) : []} />
    </details>
  );
}
