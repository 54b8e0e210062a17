import type { Environment } from "./environment.ts";
import type { Device, DeviceKind, PermissionKind, PermissionValue } from "./types.ts";

const kKinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: "microphone",
  videoinput: "camera",
  audiooutput: "speaker",
};

/** What is plugged in. Browsers hide ids and labels until permission was given: those are left out. */
export async function listDevices(environment: Environment): Promise<Device[]> {
  const infos = (await environment.mediaDevices?.enumerateDevices?.()) ?? [];
  return infos
    .filter((info) => info.deviceId !== "")
    .map((info) => ({ id: info.deviceId, kind: kKinds[info.kind], label: info.label }));
}

/** Calls `changed` now and whenever the person changes it in the browser. Returns how to stop. */
export function watchPermission(
  environment: Environment,
  kind: PermissionKind,
  changed: (value: PermissionValue) => void,
): () => void {
  let status: PermissionStatus | null = null;
  let isStopped = false;
  const report = () => {
    if (status && !isStopped) changed(status.state);
  };
  environment.permissions?.query({ name: kind as PermissionName }).then(
    (found) => {
      status = found;
      status.onchange = report;
      report();
    },
    () => {
      // Firefox and Safari know no such permission: it stays `unknown`.
    },
  );
  return () => {
    isStopped = true;
    if (status) status.onchange = null;
  };
}
