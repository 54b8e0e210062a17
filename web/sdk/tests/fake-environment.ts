import type { Environment } from "../environment.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakePeer, FakeStream, FakeTrack } from "./fake-peer.ts";
import { FakeSocket } from "./fake-socket.ts";

const kCodecs: Record<string, RTCRtpCodec[]> = {
  audio: [
    { mimeType: "audio/opus", clockRate: 48_000, channels: 2 },
    { mimeType: "audio/red", clockRate: 48_000, channels: 2 },
    { mimeType: "audio/G722", clockRate: 8_000 },
  ],
  video: [
    { mimeType: "video/VP8", clockRate: 90_000 },
    { mimeType: "video/rtx", clockRate: 90_000 },
    { mimeType: "video/VP9", clockRate: 90_000, sdpFmtpLine: "profile-id=0" },
    { mimeType: "video/VP9", clockRate: 90_000, sdpFmtpLine: "profile-id=2" },
    {
      mimeType: "video/H264",
      clockRate: 90_000,
      sdpFmtpLine: "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f",
    },
    {
      mimeType: "video/H264",
      clockRate: 90_000,
      sdpFmtpLine: "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f",
    },
    { mimeType: "video/AV1", clockRate: 90_000, sdpFmtpLine: "level-idx=5;profile=0;tier=0" },
    { mimeType: "video/ulpfec", clockRate: 90_000 },
  ],
};

/** Cameras and microphones that a test plugs in, hands out and refuses. */
export class FakeDevices extends EventTarget {
  list: { kind: MediaDeviceKind; deviceId: string; label: string }[] = [
    { kind: "audioinput", deviceId: "mic-1", label: "Headset" },
    { kind: "audioinput", deviceId: "mic-2", label: "Desk" },
    { kind: "videoinput", deviceId: "cam-1", label: "Camera" },
    { kind: "audiooutput", deviceId: "out-1", label: "Loudspeaker" },
  ];
  /** Name of the error per kind that is asked for. */
  errors: Partial<Record<"audio" | "video" | "screen", string>> = {};
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];
  screenHasAudio = true;

  async enumerateDevices() {
    return this.list;
  }

  async getUserMedia(constraints: MediaStreamConstraints): Promise<FakeStream> {
    this.asked.push(constraints);
    const made: FakeTrack[] = [];
    for (const kind of ["audio", "video"] as const) {
      const wish = constraints[kind];
      if (!wish) continue;
      const error = this.errors[kind];
      if (error) throw new DOMException("refused by the test", error);
      const input = this.list.filter((info) => info.kind === `${kind}input`);
      const exact = (wish as { deviceId?: { exact: string } }).deviceId?.exact;
      const device = exact === undefined ? input[0] : input.find((info) => info.deviceId === exact);
      if (!device) throw new DOMException("", exact === undefined ? "NotFoundError" : "OverconstrainedError");
      made.push(new FakeTrack(kind, device.deviceId, device.label));
    }
    this.tracks.push(...made);
    return new FakeStream(made);
  }

  async getDisplayMedia(): Promise<FakeStream> {
    if (this.errors.screen) throw new DOMException("refused by the test", this.errors.screen);
    const made = [new FakeTrack("video", "screen")];
    if (this.screenHasAudio) made.push(new FakeTrack("audio", "screen"));
    this.tracks.push(...made);
    return new FakeStream(made);
  }

  /** The newest track of a device. */
  track(deviceId: string): FakeTrack {
    const found = this.tracks.findLast((track) => track.deviceId === deviceId);
    if (!found) throw new Error(`${deviceId} was not opened`);
    return found;
  }

  changed(): void {
    this.dispatchEvent(new Event("devicechange"));
  }
}

export class FakeStorage {
  readonly values = new Map<string, string>();
  getItem(key: string): string | null {
    return this.values.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.values.set(key, value);
  }
  removeItem(key: string): void {
    this.values.delete(key);
  }
}

export class FakeEnvironment {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeer[] = [];
  readonly devices = new FakeDevices();
  readonly sessionStorage = new FakeStorage();
  readonly localStorage = new FakeStorage();
  readonly window = new EventTarget();
  readonly network = new EventTarget();
  readonly document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  readonly isSecureContext = true;
  readonly permissions = undefined;
  readonly socketUrl = "ws://parley.test/ws";
  readonly isSmallDevice: boolean = false;
  mediaDevices: FakeDevices | undefined = this.devices;
  chance = 1;

  random(): number {
    return this.chance;
  }
  openSocket(url: string, protocol: string): FakeSocket {
    const socket = new FakeSocket(url, protocol);
    this.sockets.push(socket);
    return socket;
  }
  createPeer(): FakePeer {
    const peer = new FakePeer();
    this.peers.push(peer);
    return peer;
  }
  codecs(kind: string): RTCRtpCodec[] {
    return kCodecs[kind] ?? [];
  }
  createStream(tracks: unknown[]): FakeStream {
    return new FakeStream(tracks);
  }
  createAudioContext(): never {
    throw new Error("no Web Audio in this test");
  }

  get socket(): FakeSocket {
    return last(this.sockets);
  }
  get peer(): FakePeer {
    return last(this.peers);
  }
  asEnvironment(): Environment {
    return this as unknown as Environment;
  }
}

function last<T>(list: readonly T[]): T {
  const item = list.at(-1);
  if (item === undefined) throw new Error("there is none yet");
  return item;
}
