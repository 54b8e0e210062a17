// Settings, the list of keys, the own name, and the question before the end.

import { attempt } from "../common/attempt.ts";
import { DeviceSelect } from "../common/device-select.tsx";
import { Confirm, Dialog } from "../common/dialog.tsx";
import { NameDialog } from "../common/name-dialog.tsx";
import { Preferences } from "../common/preferences.tsx";
import { isOffered } from "../features/desk/desk-state.ts";
import { words } from "../features/desk/words.ts";
import { t } from "../i18n/index.ts";
import { meeting, self } from "../state/meeting.ts";
import { saveName } from "../state/names.ts";
import { kKeys } from "./keys.ts";
import { kPictures, type Pictures, pictures } from "./pictures.ts";
import { choosePictures, dialog, pushToTalk, setPushToTalk } from "./room-state.ts";
import { roomWords } from "./words.ts";

function close(): void {
  dialog.value = null;
}

/** For this meeting and the next ones. */
async function rename(name: string): Promise<void> {
  if (await attempt(meeting.rename(name))) saveName(name);
}

export function RoomDialogs() {
  const words = roomWords.value;
  switch (dialog.value) {
    case "settings":
      return <Settings />;
    case "help":
      return <Help />;
    case "rename":
      return (
        <NameDialog
          title={words.rename}
          label={t.value.join.name}
          name={self.value?.name ?? ""}
          onSave={(name) => void rename(name)}
          onClose={close}
        />
      );
    case "end":
      return (
        <Confirm
          title={words.endQuestion}
          text={words.endText}
          action={words.endConfirm}
          onConfirm={() => void attempt(meeting.end())}
          onClose={close}
        />
      );
    default:
      return null;
  }
}

function Settings() {
  const room = roomWords.value;
  const { join } = t.value;
  return (
    <Dialog title={room.settings} onClose={close}>
      <div class="settings">
        <DeviceSelect kind="microphone" label={join.microphone} />
        <DeviceSelect kind="camera" label={join.camera} />
        <DeviceSelect kind="speaker" label={join.speaker} />
        <label class="field">
          <span>{room.picturesLabel}</span>
          <select
            class="input"
            data-testid="pictures"
            value={pictures.value}
            onChange={(event) => choosePictures(event.currentTarget.value as Pictures)}
          >
            {kPictures.map((choice) => (
              <option key={choice} value={choice}>
                {room.pictures[choice]}
              </option>
            ))}
          </select>
        </label>
        <label class="choice">
          <input
            type="checkbox"
            checked={pushToTalk.value}
            onChange={(event) => setPushToTalk(event.currentTarget.checked)}
          />
          <span>{room.pushToTalk}</span>
        </label>
        <Preferences />
      </div>
    </Dialog>
  );
}

function Help() {
  const room = roomWords.value;
  const { keys } = room;
  const rows: readonly (readonly [string, string])[] = [
    [kKeys.mic, keys.mic],
    [kKeys.camera, keys.camera],
    [kKeys.share, keys.share],
    [kKeys.chat, keys.chat],
    [kKeys.people, keys.people],
    [`${kKeys.hand} · h`, keys.hand],
    [kKeys.layout, keys.layout],
    [kKeys.fullScreen, keys.fullScreen],
    ...(isOffered.value
      ? ([
          [kKeys.desk, words.value.keyDesk],
          [kKeys.next, words.value.keyNext],
        ] as const)
      : []),
    [keys.space, keys.talk],
    [keys.esc, keys.escape],
    [kKeys.help, keys.help],
  ];
  return (
    <Dialog title={room.help} onClose={close}>
      <dl class="keys">
        {rows.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
