import type { Clock } from "./environment.ts";
import type { MediaTransport } from "./media-transport.ts";
import { PlaybackReport } from "./playback-report.ts";
import type { Requests } from "./protocol.ts";
import { QualityWatch } from "./quality-watch.ts";
import { SilenceWatch } from "./silence-watch.ts";
import type { SlotBoard } from "./slot-board.ts";
import { SlotSettler } from "./slot-settler.ts";
import { type ConnectionStats, summarize } from "./stats.ts";
import type { Quality } from "./types.ts";

export interface MediaWatchListener {
  isJoined(): boolean;
  /** Of the room that one is in now. */
  board(): SlotBoard;
  /** Quality, or whose picture is where, is another now. */
  handleChange(): void;
  /** Media that should flow has stopped; resolves to whether the network was at fault. */
  handleSilence(): Promise<boolean>;
  reportPlayback(report: Requests["playback"]["data"]): void;
}

// What is looked at again and again while media flows: how good the connection is, how well what comes is
// played, whether it comes at all, and whose it is while the slots change.
export class MediaWatch {
  readonly #clock: Clock;
  readonly #transport: MediaTransport;
  readonly #listener: MediaWatchListener;
  readonly #quality: QualityWatch;
  readonly #playback = new PlaybackReport();
  readonly #silence: SilenceWatch;
  readonly #settler: SlotSettler;

  constructor(clock: Clock, transport: MediaTransport, listener: MediaWatchListener) {
    this.#clock = clock;
    this.#transport = transport;
    this.#listener = listener;
    this.#quality = new QualityWatch(
      clock,
      {
        stats: () => this.stats(),
        isInterrupted: () => !listener.isJoined() || transport.state === "interrupted",
        handleStats: (stats) => this.#reportPlayback(stats),
      },
      () => listener.handleChange(),
    );
    this.#silence = new SilenceWatch(clock, {
      newestPacket: (since) =>
        this.#isConnected ? listener.board().newestPacket(transport.slots, since) : null,
      handleSilence: () => listener.handleSilence(),
    });
    this.#settler = new SlotSettler(clock, {
      isSettling: () => this.#isConnected && listener.board().isSettling,
      settle: () => {
        if (this.#isConnected && listener.board().settle(transport.slots, clock.now()))
          listener.handleChange();
      },
    });
  }

  get quality(): Quality {
    return this.#quality.quality;
  }

  start(): void {
    this.#settler.start();
    this.#quality.start();
    this.#silence.start();
  }

  stop(): void {
    this.#settler.stop();
    this.#quality.stop();
    this.#silence.stop();
  }

  /** The slots have changed, or what they are received on. */
  settle(): void {
    this.#settler.start();
  }

  /** Another peer connection: its totals begin at zero. */
  restart(): void {
    this.#quality.restart();
    this.#playback.restart();
  }

  /** Totals of the current transport; null while there is none. */
  async stats(): Promise<ConnectionStats | null> {
    const { peer } = this.#transport;
    return peer ? summarize(await peer.stats()) : null;
  }

  /** Asking receivers waits for the browser's media thread, which has better to do while it connects. */
  get #isConnected(): boolean {
    return this.#transport.state === "connected";
  }

  #reportPlayback(stats: ConnectionStats): void {
    if (!this.#listener.isJoined()) return;
    const sourceOf = (mid: string) => {
      const slot = [...this.#transport.slots.values()].find((each) => each.mid === mid);
      const video = [...this.#listener.board().videos.values()].find((each) => each.stream === slot?.stream);
      return video?.source ?? null;
    };
    const report = this.#playback.note(stats, sourceOf, this.#clock.now());
    if (report) this.#listener.reportPlayback(report);
  }
}
