// The devices of one kind as a list to choose from, in a popover of its own beside a button.

import type { DeviceKind } from "../../sdk/index.ts";
import { t } from "../i18n/index.ts";
import { local, meeting } from "../state/meeting.ts";
import { Popover } from "./popover.tsx";

interface DeviceMenuProps {
  kinds: readonly DeviceKind[];
  label: string;
  testid: string;
}

export function DeviceMenu({ kinds, label, testid }: DeviceMenuProps) {
  return (
    <Popover label={label} icon="chevron" class="chevron" testid={testid}>
      {kinds.map((kind) => (
        <DeviceRadios key={kind} kind={kind} />
      ))}
    </Popover>
  );
}

function DeviceRadios({ kind }: { kind: DeviceKind }) {
  const { devices, microphone, camera, speakerId } = local.value;
  if (kind === "speaker" && !("setSinkId" in HTMLMediaElement.prototype)) return null;
  const chosen = { microphone: microphone.deviceId, camera: camera.deviceId, speaker: speakerId }[kind];
  const label = t.value.join[kind];
  const choices = devices.filter((device) => device.kind === kind && device.id && device.id !== "default");
  const entries = [{ id: "", label: t.value.join.defaultDevice }, ...choices];
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {entries.map((entry, index) => (
        <label key={entry.id} class="choice">
          <input
            type="radio"
            name={`device-${kind}`}
            checked={(chosen ?? "") === entry.id}
            onChange={() => void meeting.media.setDevice(kind, entry.id || null)}
          />
          <span>{entry.label || `${label} ${index}`}</span>
        </label>
      ))}
    </fieldset>
  );
}
