// Everything of the browser that the SDK touches and that a test replaces: sockets, peer connections,
// devices, time, chance and storage.

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  setTimeout(callback: () => void, ms: number): number;
  clearTimeout(timer: number): void;
}

export interface Environment {
  readonly clock: Clock;
  /** 0 ≤ x < 1. */
  random(): number;
  openSocket(url: string, protocol: string): WebSocket;
  createPeer(configuration: RTCConfiguration): RTCPeerConnection;
  codecs(kind: "audio" | "video", direction: "send" | "receive"): readonly RTCRtpCodec[];
  readonly mediaDevices: MediaDevices | undefined;
  readonly permissions: Permissions | undefined;
  readonly isSecureContext: boolean;
  createAudioContext(): AudioContext;
  createStream(tracks: MediaStreamTrack[]): MediaStream;
  readonly sessionStorage: Storage | null;
  readonly localStorage: Storage | null;
  /** Fires `online`. */
  readonly window: EventTarget;
  /** Fires `visibilitychange`. */
  readonly document: EventTarget & { readonly visibilityState: DocumentVisibilityState };
  /** Network Information, where there is one: fires `change`. */
  readonly network: EventTarget | undefined;
  readonly socketUrl: string;
  /** A phone or another device with little memory, screen or processor. */
  readonly isSmallDevice: boolean;
}

let frame: HTMLIFrameElement | undefined;

/**
 * Chromium binds the sockets of a page that may use devices to the addresses that it found, and notices
 * another address up to two seconds late. Those of a frame that may use none go where the route of the
 * moment does (RFC 8828, mode 2), the server sees from where, and nothing else is asked of candidates.
 */
function roamingPeerConnection(): typeof RTCPeerConnection {
  if (!("userAgentData" in navigator)) return RTCPeerConnection;
  if (!frame) {
    frame = document.createElement("iframe");
    frame.allow = "camera 'none'; microphone 'none'";
    frame.hidden = true;
    document.body.append(frame);
  }
  return (frame.contentWindow as unknown as typeof globalThis).RTCPeerConnection;
}

export function browserEnvironment(): Environment {
  const navigatorExtras = navigator as Navigator & { connection?: EventTarget; deviceMemory?: number };
  return {
    clock: {
      now: () => Date.now(),
      setTimeout: (callback, ms) => window.setTimeout(callback, ms),
      clearTimeout: (timer) => window.clearTimeout(timer),
    },
    random: () => Math.random(),
    openSocket: (url, protocol) => new WebSocket(url, protocol),
    createPeer: (configuration) => new (roamingPeerConnection())(configuration),
    codecs: (kind, direction) => {
      const owner = direction === "send" ? RTCRtpSender : RTCRtpReceiver;
      return owner.getCapabilities(kind)?.codecs ?? [];
    },
    mediaDevices: navigator.mediaDevices as MediaDevices | undefined,
    permissions: navigator.permissions as Permissions | undefined,
    isSecureContext: window.isSecureContext,
    createAudioContext: () => new AudioContext(),
    createStream: (tracks) => new MediaStream(tracks),
    sessionStorage: storage(() => window.sessionStorage),
    localStorage: storage(() => window.localStorage),
    window,
    document,
    network: navigatorExtras.connection,
    socketUrl: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}/ws`,
    isSmallDevice:
      (navigatorExtras.deviceMemory ?? 8) <= 2 || Math.min(window.screen.width, window.screen.height) < 600,
  };
}

// Reading the property throws where the person has blocked storage.
function storage(open: () => Storage): Storage | null {
  try {
    return open();
  } catch {
    return null;
  }
}
