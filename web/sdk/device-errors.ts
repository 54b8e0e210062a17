import type { Environment } from "./environment.ts";
import type { DeviceErrorCode } from "./types.ts";

/** Why there can be no capture on this page at all, null when there can. */
export function captureObstacle(environment: Environment): DeviceErrorCode | null {
  if (environment.mediaDevices?.getUserMedia) return null;
  return environment.isSecureContext ? "unsupported" : "insecure-page";
}

/** Names of Media Capture and Streams, section 10.2, and the older ones that some browsers still use. */
export function toDeviceError(error: unknown): DeviceErrorCode {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "PermissionDeniedError":
    case "SecurityError":
      return "permission-denied";
    case "NotFoundError":
    case "DevicesNotFoundError":
    case "OverconstrainedError":
      return "no-device";
    case "NotReadableError":
    case "TrackStartError":
    case "AbortError":
      return "device-in-use";
    case "NotSupportedError":
    case "TypeError":
      return "unsupported";
    default:
      return "unknown";
  }
}
