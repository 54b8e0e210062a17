// The choice of a microphone, camera or speaker; absent where there is nothing to choose.

import type { DeviceKind } from "../../sdk/index.ts";
import { t } from "../i18n/index.ts";
import { local, meeting } from "../state/meeting.ts";

export function DeviceSelect({ kind, label }: { kind: DeviceKind; label: string }) {
  const { devices, microphone, camera, speakerId } = local.value;
  const choices = devices.filter(
    (device) => device.kind === kind && device.id !== "" && device.id !== "default",
  );
  if (choices.length === 0 || (kind === "speaker" && !("setSinkId" in HTMLMediaElement.prototype)))
    return null;
  const chosen = { microphone: microphone.deviceId, camera: camera.deviceId, speaker: speakerId }[kind];
  return (
    <label class="field">
      <span>{label}</span>
      <select
        class="input"
        value={chosen ?? ""}
        onChange={(event) => void meeting.media.setDevice(kind, event.currentTarget.value || null)}
      >
        <option value="">{t.value.join.defaultDevice}</option>
        {choices.map(({ id, label: name }, index) => (
          <option key={id} value={id}>
            {name || `${label} ${index + 1}`}
          </option>
        ))}
      </select>
    </label>
  );
}
