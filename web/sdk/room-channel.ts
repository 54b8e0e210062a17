import type { Requests, RequestType, ServerEvent, WireRoom } from "./protocol.ts";
import { SocketLost } from "./signaling-socket.ts";

/** What a feature of the room is told of. */
export interface RoomListener {
  /** The room as it is now: on entering, and after each interruption. */
  handleRoom(room: WireRoom): void;
  /** What changed since then. */
  handleEvent(event: ServerEvent): void;
}

/** The part of `RoomChannel` that a feature uses. */
export interface RoomMessages {
  /** Rejects with `ParleyError`. */
  request<T extends RequestType>(type: T, data: Requests[T]["data"]): Promise<Requests[T]["result"]>;
  /** One listener at a time; it is told at once what it missed. Returns how to stop. */
  listen(listener: RoomListener): () => void;
}

type Request = RoomMessages["request"];

/** While nobody listens; a room's page comes within moments of the room. */
const kMostKept = 500;

// The way between the server and the features of a room that the SDK itself knows nothing of: their
// requests, the room's snapshots and events. Keeps both until the page's listener is there, which comes
// with code that may still be on its way.
export class RoomChannel implements RoomMessages {
  readonly #request: Request;
  #room: WireRoom | null = null;
  #missed: ServerEvent[] = [];
  #listener: RoomListener | null = null;

  constructor(request: Request) {
    this.#request = request;
  }

  request: Request = (type, data) =>
    this.#room ? this.#request(type, data) : Promise.reject(new SocketLost());

  listen(listener: RoomListener): () => void {
    this.#listener = listener;
    if (this.#room) listener.handleRoom(this.#room);
    for (const event of this.#missed.splice(0)) listener.handleEvent(event);
    return () => {
      if (this.#listener === listener) this.#listener = null;
    };
  }

  enter(room: WireRoom): void {
    this.#room = room;
    this.#missed = [];
    this.#listener?.handleRoom(room);
  }

  deliver(event: ServerEvent): void {
    if (!this.#room || (event.version ?? Number.POSITIVE_INFINITY) <= this.#room.version) return;
    if (this.#listener) this.#listener.handleEvent(event);
    else if (this.#missed.length < kMostKept) this.#missed.push(event);
  }

  leave(): void {
    this.#room = null;
    this.#missed = [];
  }
}
