/** A received track whose packets a test makes up. */
export class FakeReceiver {
  readonly track: MediaStreamTrack;
  csrcs: { source: number; timestamp: number }[] = [];
  levels: { source: number; timestamp: number; audioLevel: number }[] = [];

  constructor(kind: string) {
    this.track = new FakeTrack(kind) as unknown as MediaStreamTrack;
  }
  getContributingSources() {
    return this.csrcs;
  }
  getSynchronizationSources() {
    return this.levels;
  }
}

export class FakeSender {
  track: unknown = null;
  parameters: { encodings: RTCRtpEncodingParameters[] };
  refusesParameters = false;
  constructor(encodings: RTCRtpEncodingParameters[] = []) {
    this.parameters = { encodings: encodings.map((encoding) => ({ active: true, ...encoding })) };
  }
  async replaceTrack(track: unknown): Promise<void> {
    this.track = track;
  }
  getParameters() {
    return structuredClone(this.parameters);
  }
  async setParameters(parameters: { encodings: RTCRtpEncodingParameters[] }): Promise<void> {
    if (this.refusesParameters) throw new Error("InvalidStateError");
    this.parameters = parameters;
  }
}

export class FakeTransceiver {
  readonly kind: string;
  readonly init: RTCRtpTransceiverInit;
  readonly sender: FakeSender;
  readonly receiver: FakeReceiver;
  mid: string | null = null;
  preferences: RTCRtpCodec[] = [];

  constructor(kind: string, init: RTCRtpTransceiverInit) {
    this.kind = kind;
    this.init = init;
    this.sender = new FakeSender(init.sendEncodings);
    this.receiver = new FakeReceiver(kind);
  }
  setCodecPreferences(codecs: RTCRtpCodec[]): void {
    this.preferences = codecs;
  }
}

export class FakeTrack {
  readonly kind: string;
  readonly label: string;
  enabled = true;
  readyState: "live" | "ended" = "live";
  contentHint = "";
  deviceId: string;
  onended: (() => void) | null = null;

  constructor(kind: string, deviceId = "default", label = `${kind} of ${deviceId}`) {
    this.kind = kind;
    this.deviceId = deviceId;
    this.label = label;
  }
  stop(): void {
    this.readyState = "ended";
  }
  unplug(): void {
    this.readyState = "ended";
    this.onended?.();
  }
  getSettings() {
    return { deviceId: this.deviceId };
  }
}

export class FakeStream {
  static made = 0;
  readonly id = `stream-${++FakeStream.made}`;
  readonly #tracks: unknown[];
  constructor(tracks: unknown[]) {
    this.#tracks = tracks;
  }
  getTracks() {
    return this.#tracks;
  }
}

/** A peer connection that negotiates nothing and is in whatever state a test puts it. */
export class FakePeer {
  readonly transceivers: FakeTransceiver[] = [];
  readonly offers: RTCOfferOptions[] = [];
  readonly answers: string[] = [];
  connectionState = "new";
  iceConnectionState = "new";
  isClosed = false;
  report = new Map<string, object>();
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;

  addTransceiver(kind: string, init: RTCRtpTransceiverInit): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init);
    this.transceivers.push(transceiver);
    return transceiver;
  }
  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }
  async createOffer(options: RTCOfferOptions = {}): Promise<RTCSessionDescriptionInit> {
    this.offers.push(options);
    return { type: "offer", sdp: `v=0\r\ns=offer ${this.offers.length}\r\n` };
  }
  async setLocalDescription(): Promise<void> {
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid = String(index);
    });
  }
  async setRemoteDescription({ sdp }: RTCSessionDescriptionInit): Promise<void> {
    if (sdp === "unusable") throw new Error("unusable answer");
    this.answers.push(sdp ?? "");
  }
  async getStats() {
    return this.report;
  }
  close(): void {
    this.isClosed = true;
    this.connectionState = "closed";
  }

  become(connectionState: string, iceConnectionState = connectionState): void {
    this.connectionState = connectionState;
    this.iceConnectionState = iceConnectionState;
    this.onconnectionstatechange?.();
    this.oniceconnectionstatechange?.();
  }
}
