import type { WireError } from "./protocol.ts";
import { ParleyError } from "./types.ts";

/** How the server stands with a telephone provider (PROTOCOL.md, "HTTP"). Times are Unix milliseconds. */
export interface Trunk {
  /** Host or address. */
  readonly trunk: string;
  readonly state: "unwatched" | "connecting" | "registered" | "down";
  readonly since: number;
  /** While it is down. */
  readonly reason?: "unknown_name" | "no_answer" | "refused" | "failed";
  /** Of SIP, while it is down because of it. */
  readonly status?: number;
  /** While it is down; without it, it is tried now. */
  readonly next_try_at?: number;
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

// What hosts of all rooms may know of the server's telephones. Rejects with ParleyError.
export class PhoneApi {
  readonly #token: () => string | null;
  readonly #fetch: Fetch;

  /** `token`: the bearer token to show, if there is one. */
  constructor(token: () => string | null, fetcher: Fetch = (input, init) => fetch(input, init)) {
    this.#token = token;
    this.#fetch = fetcher;
  }

  /** None where there are no phones. */
  async trunks(): Promise<readonly Trunk[]> {
    const token = this.#token();
    let response: Response;
    try {
      response = await this.#fetch("/api/v1/phone/trunks", {
        headers: { ...(token && { Authorization: `Bearer ${token}` }) },
        cache: "no-store",
      });
    } catch {
      throw new ParleyError("server_unreachable", "The server does not answer.");
    }
    const body = (await response.json().catch(() => null)) as {
      trunks?: readonly Trunk[];
      error?: WireError;
    } | null;
    if (response.ok) return body?.trunks ?? [];
    throw new ParleyError(
      body?.error?.code ?? "internal",
      body?.error?.message ?? `The server answered with status ${response.status}.`,
    );
  }
}
