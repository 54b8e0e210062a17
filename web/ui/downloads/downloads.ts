// What is made of one recording, as signals: asked for, followed while somebody looks or waits, and saved
// when it is done.

import { signal } from "@preact/signals";
import { type Composition, type MadeFile, ParleyError, type RecordingApi } from "../../sdk/index.ts";
import { attempt } from "../common/attempt.ts";
import { toast } from "../state/toasts.ts";
import { words } from "./words.ts";

const kPollMs = 1_000;

export class Downloads {
  readonly #api: RecordingApi;
  readonly #id: string;
  /** Begins the download of a file that is done. */
  save: (file: MadeFile) => void = () => {};
  /** Asked for on this page: saved as soon as they are done. */
  readonly #awaited = new Set<MadeFile>();
  #isWatched = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #made = signal<ReadonlyMap<MadeFile, Composition>>(new Map());

  constructor(api: RecordingApi, id: string) {
    this.#api = api;
    this.#id = id;
  }

  of(file: MadeFile): Composition | undefined {
    return this.#made.value.get(file);
  }

  /** Somebody looks at it, or no more. */
  watch(isWatched: boolean): void {
    this.#isWatched = isWatched;
    if (isWatched) void this.#refresh();
  }

  async ask(file: MadeFile): Promise<void> {
    this.#awaited.add(file);
    await attempt(this.#api.compose(this.#id, file).then((made) => this.#put(made)));
    await this.#refresh();
  }

  async cancel(file: MadeFile): Promise<void> {
    this.#awaited.delete(file);
    await attempt(this.#api.cancelComposition(this.#id, file));
    await this.#refresh();
  }

  #put(composition: Composition): void {
    this.#made.value = new Map(this.#made.value).set(composition.file, composition);
  }

  async #refresh(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const all = await this.#api.compositions(this.#id);
      this.#made.value = new Map(all.map((composition) => [composition.file, composition]));
      this.#settle();
    } catch (error) {
      // A server that is away comes back and goes on; what it refuses it will refuse again.
      const isAway = error instanceof ParleyError && error.code === "server_unreachable";
      if (!isAway) this.#awaited.clear();
    }
    const isUnderWay = [...this.#made.value.values()].some(
      ({ state }) => state === "queued" || state === "running",
    );
    clearTimeout(this.#timer);
    if (this.#awaited.size > 0 || (this.#isWatched && isUnderWay))
      this.#timer = setTimeout(() => void this.#refresh(), kPollMs);
  }

  /** Of what was awaited, what is done is saved; what failed or was cancelled elsewhere is let go. */
  #settle(): void {
    for (const file of this.#awaited) {
      const state = this.of(file)?.state;
      if (state === "queued" || state === "running") continue;
      this.#awaited.delete(file);
      if (state !== "done") continue;
      toast(words.value.ready(words.value.files[file]));
      this.save(file);
    }
  }
}
