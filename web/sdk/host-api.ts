import type { Environment } from "./environment.ts";
import type { WireError } from "./protocol.ts";
import type { MeetingReport, ReportPart } from "./report.ts";
import { ParleyError, type Role } from "./types.ts";

const kTokenKey = "parley.host";

export interface CreatedRoom {
  readonly name: string;
  readonly title: string;
  readonly invite: string;
  readonly url: string;
  /** Of webinars: the secret of the link that leads onto the stage. */
  readonly stage_invite?: string;
  /** Whether it asks for one. */
  readonly passcode?: boolean;
}

export interface ListedRoom extends CreatedRoom {
  readonly participants: number;
}

export interface RoomCheck {
  readonly title: string;
  readonly role: Role;
  readonly participants: number;
  /** It asks for one. */
  readonly passcode?: boolean;
}

export interface RoomWish {
  readonly title?: string;
  readonly name?: string;
  /** `ask`: nothing of anybody is recorded before they agree. */
  readonly recording?: { readonly consent: "notice" | "ask" };
  /** Whoever comes by the invitation waits until a host lets them in. */
  readonly lobby?: boolean;
  /** Asked of whoever comes by the invitation. */
  readonly passcode?: string;
  /** Whoever comes by the invitation watches, and nobody before somebody goes live. */
  readonly webinar?: boolean;
}

export interface ListedRecording {
  readonly id: string;
  readonly room: string;
  readonly title: string;
  readonly state: string;
  /** Microseconds since 1970. */
  readonly started_at_us: number;
  readonly duration_us: number;
  /** Bytes. */
  readonly size: number;
  /** Unix milliseconds: when it is deleted; without it, it stays. */
  readonly expires_at?: number;
  /** Its copy elsewhere, where the operator has recordings copied. */
  readonly upload?: RecordingUpload;
}

/** Which recordings; what is left out says nothing. */
export interface RecordingFilter {
  readonly room?: string;
  /** That began then or later, before `to`: Unix milliseconds. */
  readonly from?: number;
  readonly to?: number;
  /** In the title or the room's name. */
  readonly query?: string;
}

export interface RecordingUpload {
  readonly state: "waiting" | "running" | "retrying" | "done";
  /** While it runs. */
  readonly percent?: number;
  /** The tracks are on the server, too: it can be played and downloaded. */
  readonly local: boolean;
}

interface StoredToken {
  readonly token: string;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

// The HTTP resources of PROTOCOL.md: a host's rooms, and whether an invitation is a good one. Keeps the
// host's token in localStorage, so that the next visit needs no link. Every method rejects with
// ParleyError.
export class HostApi {
  readonly #environment: Environment;
  readonly #fetch: Fetch;
  #stored: StoredToken | null = null;

  constructor(environment: Environment, fetcher: Fetch = (input, init) => fetch(input, init)) {
    this.#environment = environment;
    this.#fetch = fetcher;
  }

  /** The stored token while it is good; it also lets its owner join rooms as a host. */
  get token(): string | null {
    const stored = this.#stored ?? this.#load();
    return stored && stored.expiresAt > this.#environment.clock.now() ? stored.token : null;
  }

  /** Trades the secret of `/#host=SECRET` for a token. It works once. */
  async redeem(secret: string): Promise<void> {
    const { token, expires_at } = await this.call<{ token: string; expires_at: number | string }>(
      "POST",
      "/api/v1/host-links/redeem",
      { link: secret },
    );
    this.#store({ token, expiresAt: toMilliseconds(expires_at) });
  }

  forget(): void {
    this.#stored = null;
    try {
      this.#environment.localStorage?.removeItem(kTokenKey);
    } catch {
      // Nothing was stored then.
    }
  }

  async rooms(): Promise<readonly ListedRoom[]> {
    return (await this.call<{ rooms: ListedRoom[] }>("GET", "/api/v1/rooms")).rooms;
  }

  createRoom(wish: RoomWish): Promise<CreatedRoom> {
    return this.call("POST", "/api/v1/rooms", wish);
  }

  /** Of one of its meetings, or of the one that is on or was the last; `bad_request` when there was none. */
  report(room: string, meeting: string | null = null): Promise<MeetingReport> {
    return this.call("GET", reportPath(room, meeting));
  }

  /** A part of it as CSV. */
  async reportTable(room: string, meeting: string, part: ReportPart): Promise<Blob> {
    return (await this.#request("GET", reportPath(room, meeting, `/${part}.csv`))).blob();
  }

  /** What is stored, newest first. */
  async recordings(filter: RecordingFilter = {}): Promise<readonly ListedRecording[]> {
    const query = Object.entries(filter).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
    const path = `/api/v1/recordings${query.length > 0 ? `?${query.join("&")}` : ""}`;
    return (await this.call<{ recordings: ListedRecording[] }>("GET", path)).recordings;
  }

  async renameRecording(id: string, title: string): Promise<void> {
    await this.call("PATCH", `/api/v1/recordings/${encodeURIComponent(id)}`, { title });
  }

  async deleteRecording(id: string): Promise<void> {
    await this.call("DELETE", `/api/v1/recordings/${encodeURIComponent(id)}`);
  }

  /** May one join with this? Rejects with `link_invalid`, `room_not_found`, … */
  checkRoom(name: string, access: { invite?: string; token?: string }): Promise<RoomCheck> {
    return this.call("POST", `/api/v1/rooms/${encodeURIComponent(name)}/check`, access);
  }

  /** For what few pages do (room-api.ts). */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.#request(method, path, body);
    return ((await response.json().catch(() => null)) ?? {}) as T;
  }

  async #request(method: string, path: string, body?: object): Promise<Response> {
    const { token } = this;
    let response: Response;
    try {
      response = await this.#fetch(path, {
        method,
        headers: {
          ...(body && { "Content-Type": "application/json" }),
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        ...(body && { body: JSON.stringify(body) }),
        cache: "no-store",
      });
    } catch {
      throw new ParleyError("server_unreachable", "The server does not answer.");
    }
    if (response.ok) return response;
    const error = ((await response.json().catch(() => null)) as { error?: WireError } | null)?.error;
    throw new ParleyError(
      error?.code ?? (response.status >= 502 ? "server_unreachable" : "internal"),
      error?.message ?? `The server answered with status ${response.status}.`,
      error?.retry_after_ms ?? null,
    );
  }

  #store(stored: StoredToken): void {
    this.#stored = stored;
    try {
      this.#environment.localStorage?.setItem(kTokenKey, JSON.stringify(stored));
    } catch {
      // Good until the page is closed, then.
    }
  }

  #load(): StoredToken | null {
    try {
      const value: unknown = JSON.parse(this.#environment.localStorage?.getItem(kTokenKey) ?? "null");
      if (typeof value !== "object" || value === null) return null;
      const { token, expiresAt } = value as Partial<StoredToken>;
      return typeof token === "string" && typeof expiresAt === "number" ? { token, expiresAt } : null;
    } catch {
      return null;
    }
  }
}

function reportPath(room: string, meeting: string | null, part = ""): string {
  const query = meeting === null ? "" : `?meeting=${encodeURIComponent(meeting)}`;
  return `/api/v1/rooms/${encodeURIComponent(room)}/report${part}${query}`;
}

/** Unix seconds (as in a JWT), Unix milliseconds or RFC 3339. */
function toMilliseconds(value: number | string): number {
  if (typeof value === "string") return Date.parse(value);
  return value < 100_000_000_000 ? value * 1_000 : value;
}
