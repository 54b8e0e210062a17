import { Backoff } from "./backoff.ts";
import type { Environment } from "./environment.ts";
import {
  type JoinAnswer,
  kCloseDenied,
  kCloseEnded,
  kCloseLeft,
  kCloseRemoved,
  kCloseReplaced,
  type Requests,
  type RequestType,
  type ServerEvent,
} from "./protocol.ts";
import { SignalingSocket, SocketLost } from "./signaling-socket.ts";
import { type ErrorCode, type LeaveReason, ParleyError } from "./types.ts";

export interface SessionListener {
  handleEvent(event: ServerEvent): void;
  handleReconnecting(attempt: number, since: number): void;
  /** `afterMs`: how long the session was away. */
  handleResumed(result: JoinAnswer, afterMs: number): void;
  /** The server has ended the session. */
  handleClosed(reason: LeaveReason): void;
  /** It will not come back. */
  handleFailed(error: ParleyError): void;
  /** To send along with `resume`: what is on, and an offer when there is no transport yet. */
  resumeFields(): Promise<Omit<Requests["resume"]["data"], "resume">>;
  /** When the session cannot be resumed any more: how to join again; null when that is not known. */
  joinAgain(): Promise<Requests["join"]["data"] | null>;
}

const kWakeProbeMs = 2_000;

const kCloseReasons: Readonly<Record<number, LeaveReason>> = {
  [kCloseReplaced]: "replaced",
  [kCloseRemoved]: "removed",
  [kCloseEnded]: "ended",
  [kCloseLeft]: "left",
  [kCloseDenied]: "denied",
};

/** Not the meeting's fault, and likely over soon. */
const kPassing: readonly ErrorCode[] = [
  "server_unreachable",
  "closing",
  "internal",
  "too_many_requests",
  "server_full",
];
const kSessionGone: readonly ErrorCode[] = [
  "resume_expired",
  "token_invalid",
  "token_expired",
  "participant_not_found",
];

// The session with the server across the sockets that carry it: joins once, and when a socket is lost
// opens the next one and resumes, at once and then with growing pauses, for as long as it takes. A page
// that becomes visible or a network that returns cuts the pause short.
export class SessionLink {
  readonly #environment: Environment;
  readonly #listener: SessionListener;
  #socket: SignalingSocket | null = null;
  #resumeToken: string | null = null;
  #isReconnecting = false;
  #isClosed = false;
  #pause: { timer: number; end(): void } | null = null;
  #retryAfterMs: number | null = null;

  constructor(environment: Environment, listener: SessionListener) {
    this.#environment = environment;
    this.#listener = listener;
  }

  /** Opens the socket ahead of need. */
  prepare(): void {
    if (!this.#isReconnecting && (!this.#socket || this.#socket.isClosed)) this.#openSocket();
  }

  async join(data: () => Promise<Requests["join"]["data"]>): Promise<JoinAnswer> {
    let mayRetry = this.#socket?.isOpen ?? false;
    this.prepare();
    for (;;) {
      const socket = this.#socket ?? this.#openSocket();
      try {
        const [, fields] = await Promise.all([socket.opened(), data()]);
        const result = await socket.request("join", fields);
        this.#resumeToken = result.resume;
        return result;
      } catch (error) {
        // A prepared socket may have died quietly while the person looked into the mirror.
        if (!(error instanceof SocketLost) || !mayRetry || this.#isClosed) throw error;
        mayRetry = false;
        this.#dropSocket();
      }
    }
  }

  /** After a reload. The result comes through the listener. */
  resume(token: string): void {
    this.#resumeToken = token;
    void this.#reconnect();
  }

  request<T extends RequestType>(type: T, data: Requests[T]["data"]): Promise<Requests[T]["result"]> {
    if (!this.#socket || this.#isReconnecting) return Promise.reject(new SocketLost());
    return this.#socket.request(type, data);
  }

  setResumeToken(token: string): void {
    this.#resumeToken = token;
  }

  /** Timers may have slept. */
  wake(): void {
    if (this.#pause) this.#pause.end();
    else if (!this.#isReconnecting) void this.#socket?.probe(kWakeProbeMs);
  }

  /** Whether the server answers just now; when it does not, another socket is tried at once. */
  async isAlive(): Promise<boolean> {
    this.#pause?.end();
    if (!this.#socket || this.#isReconnecting) return false;
    return this.#socket.isAlive();
  }

  /** The network on which the socket was opened is gone: a session need not wait until that shows. */
  replaceSocket(): void {
    if (this.#resumeToken !== null && !this.#isReconnecting) this.#socket?.fail();
  }

  close(): void {
    this.#isClosed = true;
    this.#pause?.end();
    this.#dropSocket();
  }

  #openSocket(): SignalingSocket {
    const socket = new SignalingSocket(this.#environment);
    socket.setListener({
      handleEvent: (event) => this.#handleEvent(event),
      handleClose: (code) => this.#handleClose(socket, code),
    });
    this.#socket = socket;
    return socket;
  }

  #dropSocket(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === "closing") this.#retryAfterMs = event.data.retry_after_ms;
    this.#listener.handleEvent(event);
  }

  #handleClose(socket: SignalingSocket, code: number): void {
    if (socket !== this.#socket || this.#isClosed) return;
    this.#socket = null;
    if (this.#resumeToken === null) return;
    const reason = kCloseReasons[code];
    if (reason) this.#listener.handleClosed(reason);
    else if (!this.#isReconnecting) void this.#reconnect();
  }

  async #reconnect(): Promise<void> {
    const { clock } = this.#environment;
    this.#isReconnecting = true;
    const since = clock.now();
    const backoff = new Backoff(() => this.#environment.random());
    while (!this.#isClosed) {
      this.#listener.handleReconnecting(backoff.attempts, since);
      const retryAfterMs = this.#retryAfterMs ?? 0;
      this.#retryAfterMs = null;
      await this.#sleep(Math.max(backoff.nextDelayMs(), retryAfterMs));
      if (this.#isClosed) return;
      try {
        const result = await this.#comeBack(this.#socket ?? this.#openSocket());
        if (this.#isClosed) return;
        this.#isReconnecting = false;
        this.#resumeToken = result.resume;
        this.#listener.handleResumed(result, clock.now() - since);
        return;
      } catch (error) {
        this.#dropSocket();
        if (this.#isClosed) return;
        const failure = error instanceof ParleyError ? error : new ParleyError("internal", String(error));
        if (!kPassing.includes(failure.code)) {
          this.#isReconnecting = false;
          this.#listener.handleFailed(failure);
          return;
        }
        this.#retryAfterMs = failure.retryAfterMs;
      }
    }
  }

  async #comeBack(socket: SignalingSocket): Promise<JoinAnswer> {
    await socket.opened();
    try {
      const fields = await this.#listener.resumeFields();
      return await socket.request("resume", { resume: this.#resumeToken ?? "", ...fields });
    } catch (error) {
      if (!(error instanceof ParleyError) || !kSessionGone.includes(error.code)) throw error;
      const data = await this.#listener.joinAgain();
      if (!data) throw error;
      return socket.request("join", data);
    }
  }

  #sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        this.#environment.clock.clearTimeout(timer);
        this.#pause = null;
        resolve();
      };
      const timer = this.#environment.clock.setTimeout(end, ms);
      this.#pause = { timer, end };
    });
  }
}
