import type { Clock, Environment } from "./environment.ts";
import {
  kSubprotocol,
  type Requests,
  type RequestType,
  type ServerEvent,
  type WireError,
} from "./protocol.ts";
import { ParleyError } from "./types.ts";

export interface SignalingListener {
  handleEvent(event: ServerEvent): void;
  /** Called once, after every open request was rejected. */
  handleClose(code: number): void;
}

interface OpenRequest {
  resolve(result: unknown): void;
  reject(error: Error): void;
  timer: number;
  sentAt: number;
}

const kOpenTimeoutMs = 8_000;
const kRequestTimeoutMs = 10_000;
const kPingIntervalMs = 15_000;
const kPingTimeoutMs = 5_000;
/** How long `isAlive` waits: so many of the shortest round trips yet, within these bounds. */
const kPatienceInRoundTrips = 4;
const kLeastPatienceMs = 200;
const kMostPatienceMs = 1_500;
const kCloseAbnormal = 1006;

/** A request that never left, or whose answer was lost together with the socket. */
export class SocketLost extends ParleyError {
  constructor() {
    super("server_unreachable", "The connection to the server is lost.");
    this.name = "SocketLost";
  }
}

// One WebSocket: requests with their answers, events, and a ping that finds out about dead
// connections. Lives once: whoever wants to reconnect makes a new one. Bounds: as many open requests as
// its caller makes, each for ten seconds at most.
export class SignalingSocket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  readonly #opened: Promise<void>;
  readonly #requests = new Map<number, OpenRequest>();
  #listener: SignalingListener | null = null;
  #nextId = 1;
  #pingTimer = 0;
  #isClosed = false;
  #shortestRoundTripMs = Number.POSITIVE_INFINITY;
  #settleOpened: { resolve(): void; reject(error: Error): void } | null = null;

  constructor(environment: Environment) {
    this.#clock = environment.clock;
    this.#opened = new Promise((resolve, reject) => {
      this.#settleOpened = { resolve, reject };
    });
    this.#opened.catch(() => {});
    this.#socket = environment.openSocket(environment.socketUrl, kSubprotocol);
    const openTimer = this.#clock.setTimeout(() => this.#finish(kCloseAbnormal), kOpenTimeoutMs);
    this.#socket.onopen = () => {
      this.#clock.clearTimeout(openTimer);
      this.#settleOpened?.resolve();
      this.#schedulePing();
    };
    this.#socket.onmessage = (message) => this.#handleMessage(message.data);
    this.#socket.onclose = (event) => {
      this.#clock.clearTimeout(openTimer);
      this.#finish(event.code);
    };
  }

  get isOpen(): boolean {
    return !this.#isClosed && this.#socket.readyState === WebSocket.OPEN;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Resolves when the socket is open, rejects with `SocketLost` when it cannot be had. */
  opened(): Promise<void> {
    return this.#opened;
  }

  setListener(listener: SignalingListener | null): void {
    this.#listener = listener;
  }

  async request<T extends RequestType>(type: T, data: Requests[T]["data"]): Promise<Requests[T]["result"]> {
    await this.#opened;
    return this.#send(type, data, kRequestTimeoutMs);
  }

  /** Asks for a sign of life; closes the socket when none comes in time. */
  async probe(timeoutMs = kPingTimeoutMs): Promise<boolean> {
    try {
      await this.#send("ping", {}, timeoutMs);
    } catch (error) {
      if (error instanceof SocketLost) this.#finish(kCloseAbnormal);
    }
    return !this.#isClosed;
  }

  /** The same with no more patience than the server's earlier answers justify. */
  isAlive(): Promise<boolean> {
    const patience = kPatienceInRoundTrips * this.#shortestRoundTripMs;
    return this.probe(Math.min(Math.max(patience, kLeastPatienceMs), kMostPatienceMs));
  }

  /** As when it is lost. */
  fail(): void {
    this.#finish(kCloseAbnormal);
  }

  close(): void {
    this.#listener = null;
    this.#finish(1000);
  }

  #send<T extends RequestType>(
    type: T,
    data: Requests[T]["data"],
    timeoutMs: number,
  ): Promise<Requests[T]["result"]> {
    if (this.#isClosed) return Promise.reject(new SocketLost());
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const sentAt = this.#clock.now();
      const timer = this.#clock.setTimeout(() => {
        this.#requests.delete(id);
        reject(new SocketLost());
      }, timeoutMs);
      this.#requests.set(id, { resolve: resolve as (result: unknown) => void, reject, timer, sentAt });
      this.#socket.send(JSON.stringify({ id, type, data }));
    });
  }

  #handleMessage(text: unknown): void {
    const message = parse(text);
    if (!message || this.#isClosed) return;
    if (message.id === undefined) {
      if (isObject(message.data)) this.#listener?.handleEvent(message as unknown as ServerEvent);
      return;
    }
    const request = this.#requests.get(message.id);
    if (!request) return;
    this.#requests.delete(message.id);
    this.#clock.clearTimeout(request.timer);
    const roundTripMs = this.#clock.now() - request.sentAt;
    this.#shortestRoundTripMs = Math.min(this.#shortestRoundTripMs, roundTripMs);
    if (message.type === "result") {
      request.resolve(message.data ?? {});
    } else {
      const error = message.error ?? { code: "internal", message: "The server gave no reason." };
      request.reject(new ParleyError(error.code, error.message, error.retry_after_ms ?? null));
    }
  }

  #schedulePing(): void {
    if (this.#isClosed) return;
    this.#pingTimer = this.#clock.setTimeout(() => {
      void this.probe();
      this.#schedulePing();
    }, kPingIntervalMs);
  }

  #finish(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#clock.clearTimeout(this.#pingTimer);
    this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
    this.#socket.close();
    this.#settleOpened?.reject(new SocketLost());
    for (const request of this.#requests.values()) {
      this.#clock.clearTimeout(request.timer);
      request.reject(new SocketLost());
    }
    this.#requests.clear();
    this.#listener?.handleClose(code);
  }
}

interface IncomingMessage {
  id?: number;
  type: string;
  data?: unknown;
  error?: WireError;
}

function parse(text: unknown): IncomingMessage | null {
  if (typeof text !== "string") return null;
  try {
    const message: unknown = JSON.parse(text);
    return isObject(message) && typeof message.type === "string"
      ? (message as unknown as IncomingMessage)
      : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
