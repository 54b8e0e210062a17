import type { Environment } from "./environment.ts";

export interface CaptureWish {
  readonly microphone?: { readonly deviceId: string | null };
  readonly camera?: { readonly deviceId: string | null };
}

export interface CaptureOptions {
  /** Echo cancellation, noise suppression and gain control; off only to carry measured sound. */
  readonly audioProcessing: boolean;
}

/**
 * Opens the wished devices. One that was chosen earlier and is gone is replaced by the browser's
 * default. Rejects as getUserMedia does.
 */
export async function capture(
  environment: Environment,
  wish: CaptureWish,
  options: CaptureOptions,
): Promise<MediaStreamTrack[]> {
  const devices = environment.mediaDevices;
  if (!devices) throw new DOMException("No capture on this page.", "NotSupportedError");
  try {
    return (await devices.getUserMedia(constraintsFor(wish, options))).getTracks();
  } catch (error) {
    const isMissing =
      error instanceof Error && (error.name === "OverconstrainedError" || error.name === "NotFoundError");
    const hasChoice = Boolean(wish.microphone?.deviceId ?? wish.camera?.deviceId);
    if (!isMissing || !hasChoice) throw error;
    const anyDevice: CaptureWish = {
      ...(wish.microphone && { microphone: { deviceId: null } }),
      ...(wish.camera && { camera: { deviceId: null } }),
    };
    return (await devices.getUserMedia(constraintsFor(anyDevice, options))).getTracks();
  }
}

/** Rejects as getDisplayMedia does, with NotAllowedError when the person changed their mind. */
export async function captureScreen(environment: Environment): Promise<MediaStreamTrack[]> {
  const devices = environment.mediaDevices;
  if (!devices?.getDisplayMedia) throw new DOMException("No screen capture here.", "NotSupportedError");
  const options = {
    video: { frameRate: { max: 15 } },
    audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    systemAudio: "include",
    surfaceSwitching: "include",
    selfBrowserSurface: "exclude",
  };
  const tracks = (await devices.getDisplayMedia(options)).getTracks();
  for (const track of tracks) if (track.kind === "video") track.contentHint = "detail";
  return tracks;
}

function constraintsFor(wish: CaptureWish, options: CaptureOptions): MediaStreamConstraints {
  const device = (id: string | null) => (id === null ? {} : { deviceId: { exact: id } });
  const isProcessed = options.audioProcessing;
  return {
    ...(wish.microphone && {
      audio: {
        ...device(wish.microphone.deviceId),
        echoCancellation: isProcessed,
        noiseSuppression: isProcessed,
        autoGainControl: isProcessed,
      },
    }),
    ...(wish.camera && {
      video: {
        ...device(wish.camera.deviceId),
        width: { ideal: 1280 },
        height: { ideal: 720 },
        frameRate: { ideal: 30, max: 30 },
      },
    }),
  };
}
