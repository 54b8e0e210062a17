import type { WireError } from "./protocol.ts";
import { ParleyError } from "./types.ts";

/** A piece of a stored file, and the size of the whole as it is now. */
export interface FilePiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly size: number;
}

/** What can be made of a recording, by the file's name (PROTOCOL.md, "HTTP"). */
export type MadeFile = "720p.mp4" | "1080p.mp4" | "sound.m4a" | "sound.webm" | "everything.zip";

export interface Composition {
  readonly file: MadeFile;
  readonly state: "queued" | "running" | "done" | "failed";
  readonly percent?: number;
  /** Null while it cannot be told. */
  readonly seconds_left?: number | null;
  /** Bytes. */
  readonly size?: number;
  readonly error?: string;
}

type Fetch = (input: string, init: RequestInit) => Promise<Response>;

const kRetries = 3;
const kRetryMs = 400;

// The HTTP resources of a recording: its manifest, its files by ranges of bytes, and what is made of it. A read that the
// network spoils is tried again. Every method rejects with ParleyError, or with the signal's reason.
export class RecordingApi {
  readonly #token: () => string | null;
  readonly #fetch: Fetch;

  /** `token`: the bearer token to show, if there is one. */
  constructor(token: () => string | null, fetcher: Fetch = (input, init) => fetch(input, init)) {
    this.#token = token;
    this.#fetch = fetcher;
  }

  /** The manifest as the server tells it; recorder/FORMAT.md says what is in it. */
  async manifest(id: string): Promise<unknown> {
    const response = await this.#request(`/api/v1/recordings/${encodeURIComponent(id)}`, {});
    return response.json();
  }

  /** With a ticket the browser can follow it by itself. */
  fileUrl(id: string, file: string, ticket: string | null = null): string {
    const url = `/api/v1/recordings/${encodeURIComponent(id)}/files/${encodeURIComponent(file)}`;
    return ticket ? `${url}?ticket=${encodeURIComponent(ticket)}` : url;
  }

  /** Reads this recording for some hours, and does nothing else; for hosts of its room. */
  async makeTicket(id: string): Promise<string> {
    const url = `/api/v1/recordings/${encodeURIComponent(id)}/tickets`;
    return ((await (await this.#request(url, {}, undefined, "POST")).json()) as { ticket: string }).ticket;
  }

  async compositions(id: string): Promise<readonly Composition[]> {
    const response = await this.#request(this.#made(id), {});
    return ((await response.json()) as { compositions: readonly Composition[] }).compositions;
  }

  /** Asks for a file; one that waits, is being made or is there stays as it is. */
  async compose(id: string, file: MadeFile): Promise<Composition> {
    const json = { "Content-Type": "application/json" };
    const response = await this.#request(this.#made(id), json, undefined, "POST", JSON.stringify({ file }));
    return (await response.json()) as Composition;
  }

  async cancelComposition(id: string, file: MadeFile): Promise<void> {
    await this.#request(`${this.#made(id)}/${file}`, {}, undefined, "DELETE");
  }

  /** Bytes [from, to) of a file; fewer where it ends. */
  async read(url: string, from: number, to: number, signal: AbortSignal): Promise<FilePiece> {
    for (let attempt = 0; ; attempt++) {
      try {
        const response = await this.#request(url, { Range: `bytes=${from}-${to - 1}` }, signal);
        const size = Number(/\/(\d+)$/.exec(response.headers.get("Content-Range") ?? "")?.[1]);
        if (response.status === 416)
          return { bytes: new Uint8Array(), size: Number.isFinite(size) ? size : from };
        const bytes = new Uint8Array(await response.arrayBuffer());
        if (response.status === 206)
          return { bytes, size: Number.isFinite(size) ? size : from + bytes.length };
        return { bytes: bytes.subarray(from, to), size: bytes.length };
      } catch (error) {
        if (signal.aborted || attempt >= kRetries || !isPassing(error)) throw error;
        await new Promise((done) => setTimeout(done, kRetryMs * 2 ** attempt));
      }
    }
  }

  #made(id: string): string {
    return `/api/v1/recordings/${encodeURIComponent(id)}/compositions`;
  }

  async #request(
    url: string,
    headers: Record<string, string>,
    signal?: AbortSignal,
    method = "GET",
    body?: string,
  ): Promise<Response> {
    const token = this.#token();
    let response: Response;
    try {
      response = await this.#fetch(url, {
        method,
        headers: { ...headers, ...(token && { Authorization: `Bearer ${token}` }) },
        cache: "no-store",
        ...(signal && { signal }),
        ...(body && { body }),
      });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ParleyError("server_unreachable", "The server does not answer.");
    }
    if (response.ok || response.status === 416) return response;
    const error = ((await response.json().catch(() => null)) as { error?: WireError } | null)?.error;
    throw new ParleyError(
      error?.code ?? (response.status >= 502 ? "server_unreachable" : "internal"),
      error?.message ?? `The server answered with status ${response.status}.`,
      error?.retry_after_ms ?? null,
    );
  }
}

/** Worth another try. A body that breaks off is a TypeError. */
function isPassing(error: unknown): boolean {
  return error instanceof ParleyError ? error.code === "server_unreachable" : error instanceof TypeError;
}
