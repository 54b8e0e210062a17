import { afterEach, expect } from "vitest";
import type { Requests, RequestType } from "../protocol.ts";
import { expectToFit } from "./schema.ts";

interface Sent {
  readonly id: number;
  readonly type: RequestType;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into whatever was sent.
  readonly data: any;
}

/** The server's end of a WebSocket, in the hands of a test. What goes either way has to fit the schema. */
export class FakeSocket {
  readonly url: string;
  readonly protocol: string;
  readonly sent: Sent[] = [];
  readyState = 0;
  wasClosedByClient = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  /** Called for each request; a server that answers by itself. */
  handler: ((request: Sent) => void) | null = null;

  constructor(url: string, protocol: string) {
    this.url = url;
    this.protocol = protocol;
  }

  // What the client does.
  send(text: string): void {
    const request = JSON.parse(text) as Sent;
    check(`request_${request.type}`, request);
    this.sent.push(request);
    this.handler?.(request);
  }
  close(): void {
    this.wasClosedByClient = true;
    this.readyState = 3;
  }

  // What the server does.
  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  lose(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
  deliver(message: unknown): void {
    this.onmessage?.({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }
  event(type: string, data: unknown, version?: number): void {
    this.#deliverFitting(`event_${type}`, { type, data, ...(version !== undefined && { version }) });
  }
  answer<T extends RequestType>(request: Sent, data: Requests[T]["result"]): void {
    this.#deliverFitting(`result_${request.type}`, { id: request.id, type: "result", data });
  }
  refuse(request: Sent, code: string, retryAfterMs?: number): void {
    const error = {
      code,
      message: `Refused: ${code}.`,
      ...(retryAfterMs && { retry_after_ms: retryAfterMs }),
    };
    this.#deliverFitting("error", { id: request.id, type: "error", error });
  }
  #deliverFitting(definition: string, message: object): void {
    const text = JSON.stringify(message);
    check(definition, JSON.parse(text));
    this.deliver(text);
  }

  requests(type: RequestType): Sent[] {
    return this.sent.filter((request) => request.type === type);
  }
  last(type: RequestType): Sent {
    const request = this.requests(type).at(-1);
    if (!request) throw new Error(`no ${type} was sent`);
    return request;
  }
}

// A client may swallow what is thrown at it: faults are kept and fail the test at its end.
const faults: unknown[] = [];

function check(definition: string, message: unknown): void {
  try {
    expectToFit(definition, message);
  } catch (fault) {
    faults.push(fault);
    throw fault;
  }
}

afterEach(() => {
  expect(faults.splice(0)).toEqual([]);
});
