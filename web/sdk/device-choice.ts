import type { Environment } from "./environment.ts";
import type { DeviceKind } from "./types.ts";

const kKey = "parley.devices";

export type DeviceChoice = Readonly<Partial<Record<DeviceKind, string>>>;

/** The devices that the person chose last, over all meetings. */
export function loadDeviceChoice(environment: Environment): DeviceChoice {
  try {
    const value: unknown = JSON.parse(environment.localStorage?.getItem(kKey) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter(
        ([kind, id]) => ["microphone", "camera", "speaker"].includes(kind) && typeof id === "string",
      ),
    );
  } catch {
    return {};
  }
}

export function saveDeviceChoice(environment: Environment, choice: DeviceChoice): void {
  try {
    environment.localStorage?.setItem(kKey, JSON.stringify(choice));
  } catch {
    // Not remembered then.
  }
}
