import { type CaptureOptions, capture, captureScreen } from "./capture.ts";
import { loadDeviceChoice, saveDeviceChoice } from "./device-choice.ts";
import { captureObstacle, toDeviceError } from "./device-errors.ts";
import { listDevices, watchPermission } from "./device-list.ts";
import type { Environment } from "./environment.ts";
import type {
  DeviceErrorCode,
  DeviceKind,
  LocalMediaControls,
  LocalMediaSnapshot,
  LocalSource,
  PermissionKind,
} from "./types.ts";

const kInputs: readonly PermissionKind[] = ["microphone", "camera"];

// The own microphone, camera and screen, before and during a meeting. It opens and closes devices and
// knows nothing of the meeting, which watches it and sends what is on. A muted microphone keeps its
// track, disabled, so that unmuting is immediate; a camera that is off is closed, so that its lamp is.
export class LocalMedia implements LocalMediaControls {
  readonly #environment: Environment;
  readonly #options: CaptureOptions;
  readonly #listeners = new Set<(snapshot: LocalMediaSnapshot) => void>();
  readonly #stops: (() => void)[] = [];
  /** What is done with one device is done in order. */
  readonly #queues: Record<PermissionKind, Promise<void>> = {
    microphone: Promise.resolve(),
    camera: Promise.resolve(),
  };
  #snapshot: LocalMediaSnapshot;

  constructor(environment: Environment, options: Partial<CaptureOptions> = {}) {
    this.#environment = environment;
    this.#options = { audioProcessing: options.audioProcessing ?? true };
    const choice = loadDeviceChoice(environment);
    const source = (deviceId: string | undefined): LocalSource => ({
      on: false,
      opening: false,
      error: null,
      deviceId: deviceId ?? null,
      track: null,
      stream: null,
    });
    this.#snapshot = {
      microphone: source(choice.microphone),
      camera: source(choice.camera),
      screen: { on: false, opening: false, error: null, stream: null, hasAudio: false },
      speakerId: choice.speaker ?? null,
      devices: [],
      permissions: { microphone: "unknown", camera: "unknown" },
    };
    for (const kind of kInputs) {
      const stop = watchPermission(environment, kind, (value) => {
        this.#update({ permissions: { ...this.#snapshot.permissions, [kind]: value } });
      });
      this.#stops.push(stop);
    }
    const refresh = () => void this.#handleDeviceChange();
    environment.mediaDevices?.addEventListener?.("devicechange", refresh);
    this.#stops.push(() => environment.mediaDevices?.removeEventListener?.("devicechange", refresh));
    void this.#refreshDevices();
  }

  get snapshot(): LocalMediaSnapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: LocalMediaSnapshot) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async openBoth(): Promise<void> {
    for (const kind of kInputs) this.#setSource(kind, { on: true, error: null });
    const together = this.#enqueue("microphone", () => this.#openTogether());
    this.#queues.camera = Promise.all([this.#queues.camera, together]).then(() => {});
    await together;
    // Where one was missing or refused, each for itself tells which, and the other is had.
    await Promise.all(
      kInputs.map((kind) => (this.#snapshot[kind].on ? this.setOn(kind, true) : Promise.resolve())),
    );
  }

  setOn(kind: PermissionKind, on: boolean): Promise<void> {
    // The wish shows at once; the device follows.
    this.#setSource(kind, { on, error: null });
    return this.#enqueue(kind, async () => {
      const { track } = this.#snapshot[kind];
      if (this.#snapshot[kind].on !== on) return;
      if (!on) {
        if (kind === "camera") this.#release(kind);
        else if (track) track.enabled = false;
      } else if (track?.readyState === "live") {
        track.enabled = true;
        this.#setSource(kind, { opening: false });
      } else {
        await this.#open(kind);
      }
    });
  }

  async setDevice(kind: DeviceKind, id: string | null): Promise<void> {
    if (kind === "speaker") {
      this.#update({ speakerId: id });
      this.#saveChoice();
      return;
    }
    if (this.#snapshot[kind].deviceId === id) return;
    this.#setSource(kind, { deviceId: id });
    this.#saveChoice();
    await this.#enqueue(kind, async () => {
      if (this.#snapshot[kind].deviceId === id && this.#snapshot[kind].track) await this.#open(kind);
    });
  }

  async startScreen(): Promise<void> {
    if (this.#snapshot.screen.on || this.#snapshot.screen.opening) return;
    const screen = { on: false, opening: true, error: null, stream: null, hasAudio: false };
    this.#update({ screen });
    try {
      const tracks = await captureScreen(this.#environment);
      const stream = this.#environment.createStream(tracks);
      const hasAudio = tracks.some((track) => track.kind === "audio");
      for (const track of tracks) {
        if (track.kind === "video") track.onended = () => this.stopScreen();
      }
      this.#update({ screen: { on: true, opening: false, error: null, stream, hasAudio } });
    } catch (error) {
      this.#update({ screen: { ...screen, opening: false, error: screenError(error) } });
    }
  }

  stopScreen(): void {
    const { stream } = this.#snapshot.screen;
    for (const track of stream?.getTracks() ?? []) stop(track);
    this.#update({ screen: { on: false, opening: false, error: null, stream: null, hasAudio: false } });
  }

  release(): void {
    if (this.#snapshot.screen.stream) this.stopScreen();
    for (const kind of kInputs) {
      this.#setSource(kind, { on: false, opening: false });
      this.#release(kind);
    }
  }

  /** For good: the page is done with it. */
  close(): void {
    for (const stopWatching of this.#stops) stopWatching();
    this.release();
    this.#listeners.clear();
  }

  #enqueue(kind: PermissionKind, job: () => Promise<void>): Promise<void> {
    this.#queues[kind] = this.#queues[kind].then(job, job);
    return this.#queues[kind];
  }

  async #openTogether(): Promise<void> {
    const { microphone, camera } = this.#snapshot;
    if (captureObstacle(this.#environment) || microphone.track || camera.track) return;
    for (const kind of kInputs) this.#setSource(kind, { opening: true });
    try {
      const tracks = await capture(this.#environment, { microphone, camera }, this.#options);
      for (const track of tracks) this.#adopt(track.kind === "audio" ? "microphone" : "camera", track);
      await this.#refreshDevices();
    } catch {
      for (const kind of kInputs) this.#setSource(kind, { opening: false });
    }
  }

  async #open(kind: PermissionKind): Promise<void> {
    const obstacle = captureObstacle(this.#environment);
    if (obstacle) {
      this.#fail(kind, obstacle);
      return;
    }
    this.#setSource(kind, { opening: true, error: null });
    // Many cameras can be open only once; a microphone stays until the next one is there, without a gap.
    if (kind === "camera") this.#release(kind);
    try {
      const wish = { [kind]: { deviceId: this.#snapshot[kind].deviceId } };
      const [track] = await capture(this.#environment, wish, this.#options);
      if (!track) throw new DOMException("No track.", "NotFoundError");
      this.#adopt(kind, track);
    } catch (error) {
      this.#fail(kind, toDeviceError(error));
    }
    await this.#refreshDevices();
  }

  #adopt(kind: PermissionKind, track: MediaStreamTrack): void {
    const { on, track: previous } = this.#snapshot[kind];
    if (kind === "camera" && !on) {
      stop(track);
      this.#setSource(kind, { opening: false });
      return;
    }
    track.enabled = on;
    track.contentHint = kind === "camera" ? "motion" : "speech";
    track.onended = () => this.#handleEnded(kind, track);
    const stream = this.#environment.createStream([track]);
    this.#setSource(kind, { opening: false, error: null, track, stream });
    if (previous) stop(previous);
  }

  #fail(kind: PermissionKind, error: DeviceErrorCode): void {
    this.#release(kind);
    this.#setSource(kind, { on: false, opening: false, error });
  }

  #release(kind: PermissionKind): void {
    const { track } = this.#snapshot[kind];
    if (!track) return;
    this.#setSource(kind, { track: null, stream: null });
    stop(track);
  }

  /** Unplugged, or permission was taken back: go on with another device, if there is one. */
  #handleEnded(kind: PermissionKind, track: MediaStreamTrack): void {
    void this.#enqueue(kind, async () => {
      if (this.#snapshot[kind].track !== track) return;
      if (this.#snapshot[kind].on) await this.#open(kind);
      else this.#release(kind);
    });
  }

  async #handleDeviceChange(): Promise<void> {
    await this.#refreshDevices();
    for (const kind of kInputs) {
      const { error, deviceId } = this.#snapshot[kind];
      const isBack = this.#snapshot.devices.some((device) => device.kind === kind);
      if (error === "no-device" && isBack) this.#setSource(kind, { error: null });
      const track = this.#snapshot[kind].track;
      // The chosen device is plugged in again while another one stands in for it.
      const isChosenThere = this.#snapshot.devices.some((device) => device.id === deviceId);
      if (track && isChosenThere && track.getSettings().deviceId !== deviceId) {
        await this.#enqueue(kind, () => this.#open(kind));
      }
    }
  }

  async #refreshDevices(): Promise<void> {
    try {
      this.#update({ devices: await listDevices(this.#environment) });
    } catch {
      this.#update({ devices: [] });
    }
  }

  #saveChoice(): void {
    const { microphone, camera, speakerId } = this.#snapshot;
    saveDeviceChoice(this.#environment, {
      ...(microphone.deviceId !== null && { microphone: microphone.deviceId }),
      ...(camera.deviceId !== null && { camera: camera.deviceId }),
      ...(speakerId !== null && { speaker: speakerId }),
    });
  }

  #setSource(kind: PermissionKind, change: Partial<LocalSource>): void {
    this.#update({ [kind]: { ...this.#snapshot[kind], ...change } });
  }

  #update(change: Partial<LocalMediaSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...change };
    for (const listener of [...this.#listeners]) listener(this.#snapshot);
  }
}

function stop(track: MediaStreamTrack): void {
  track.onended = null;
  track.stop();
}

/** A closed chooser is no error; a system that forbids screen capture is one. */
function screenError(error: unknown): DeviceErrorCode | null {
  const code = toDeviceError(error);
  const isSystem = error instanceof Error && /system/i.test(error.message);
  return code === "permission-denied" && !isSystem ? null : code;
}
