import type { VideoCodec } from "./codecs.ts";
import { Emitter } from "./emitter.ts";
import { browserEnvironment, type Environment } from "./environment.ts";
import { joinRequest, offerFields, toParleyError } from "./join-request.ts";
import { LevelSampler } from "./level-sampler.ts";
import { LocalMedia } from "./local-media.ts";
import { MediaTransport } from "./media-transport.ts";
import { MediaWatch } from "./media-watch.ts";
import { watchNetwork } from "./network-watch.ts";
import type { Offer } from "./peer-link.ts";
import type { JoinAnswer, JoinResult, Requests, ServerEvent } from "./protocol.ts";
import { kSourceKinds, Publisher } from "./publisher.ts";
import { RoomChannel } from "./room-channel.ts";
import { RoomControls } from "./room-controls.ts";
import { applyRoomEvent } from "./room-events.ts";
import { RoomState } from "./room-state.ts";
import { clearSession, loadSession, saveSession } from "./saved-session.ts";
import { SessionLink, type SessionListener } from "./session-link.ts";
import { SlotBoard } from "./slot-board.ts";
import type { ConnectionStats } from "./stats.ts";
import {
  type JoinOptions,
  type LeaveReason,
  type MeetingControls,
  type MeetingEvents,
  type MeetingState,
  ParleyError,
  type ShownSource,
  type Snapshot,
  type SourceKind,
} from "./types.ts";
import { ViewSender } from "./view-sender.ts";
import { WaitingRoom } from "./waiting-room.ts";

export interface MeetingOptions {
  readonly environment?: Environment;
  readonly media?: LocalMedia;
  /** What the camera is sent with, where the server agrees. */
  readonly cameraCodec?: VideoCodec | "auto";
  /** How many videos can be shown at once: 25, on small devices 9. */
  readonly videoSlots?: number;
}

const kAudioSlots = 4;
const kVideoSlots = 25;
const kVideoSlotsSmall = 9;

// One person's part in one meeting: puts together the session (SessionLink), the transport (PeerLink),
// the own devices (LocalMedia) and the room, and shows the whole as immutable snapshots. Page lifetime;
// one meeting at a time, but after `left` or `failed` it can join again.
export class Meeting extends RoomControls implements MeetingControls {
  readonly media: LocalMedia;
  readonly channel = new RoomChannel((type, data) => this.#link.request(type, data));
  readonly #environment: Environment;
  readonly #events = new Emitter<MeetingEvents>();
  readonly #publisher: Publisher;
  readonly #transport: MediaTransport;
  readonly #watch: MediaWatch;
  readonly #view: ViewSender;
  readonly #levels: LevelSampler;
  #room = new RoomState();
  #board = new SlotBoard();
  #link: SessionLink;
  readonly #waiting = new WaitingRoom();
  #options: JoinOptions | null = null;
  #state: MeetingState = { name: "idle" };
  #resumed: ((isBack: boolean) => void) | null = null;
  #check: Promise<boolean> | null = null;
  #snapshot: Snapshot;

  constructor(options: MeetingOptions = {}) {
    super();
    this.#environment = options.environment ?? browserEnvironment();
    this.media = options.media ?? new LocalMedia(this.#environment);
    const { clock } = this.#environment;
    this.#publisher = new Publisher(
      (source, on) => this.#link.request("publish", { source, on }),
      (source) => this.#turnOff(source),
    );
    this.#transport = this.#newTransport(options);
    this.#watch = new MediaWatch(clock, this.#transport, {
      isJoined: () => this.#state.name === "joined",
      board: () => this.#board,
      handleChange: () => this.#render(),
      handleSilence: () => this.#checkNetwork(),
      reportPlayback: (report) => void this.#link.request("playback", report).catch(() => {}),
    });
    this.#view = new ViewSender(clock, (view) => {
      this.#link.request("view", view).catch(() => {});
    });
    this.#levels = new LevelSampler(this.#environment);
    this.#link = this.#newLink();
    this.#snapshot = this.#takeSnapshot();
    this.media.subscribe((local) => this.#publisher.update(local));
    this.#publisher.update(this.media.snapshot);
    watchNetwork(this.#environment, {
      handleOnline: () => {
        this.#link.replaceSocket();
        void this.#checkNetwork();
      },
      handleNetworkChange: () => {
        if (this.#state.name === "joined") void this.#checkNetwork();
        else this.#link.wake();
      },
      handleVisible: () => this.#link.wake(),
    });
  }

  get snapshot(): Snapshot {
    return this.#snapshot;
  }

  subscribe(listener: (snapshot: Snapshot) => void): () => void {
    return this.#events.on("change", listener);
  }

  on<K extends keyof MeetingEvents>(type: K, listener: (event: MeetingEvents[K]) => void): () => void {
    return this.#events.on(type, listener);
  }

  prepare(): void {
    try {
      this.#makeReady();
    } catch {
      // A browser that cannot: join() says so, when somebody wants to.
    }
  }

  async join(options: JoinOptions): Promise<void> {
    if (!["idle", "left", "failed"].includes(this.#state.name)) {
      throw new ParleyError("already_joined", "This page is in a meeting already.");
    }
    this.#options = options;
    this.#waiting.room = options.room;
    this.#setState({ name: "connecting" });
    try {
      this.#makeReady();
      let offer: Offer | null = null;
      const result = await this.#link.join(async () => {
        offer = await this.#transport.openOffer();
        return this.#joinData(options, offer);
      });
      this.#enter(result, offer);
    } catch (error) {
      const failure = toParleyError(error);
      this.#setState({ name: "failed", code: failure.code, message: failure.message });
      throw failure;
    }
  }

  async resume(room: string): Promise<boolean> {
    const saved = loadSession(this.#environment);
    if (!saved || saved.room !== room || this.#state.name !== "idle") return false;
    this.prepare();
    this.#waiting.room = room;
    return new Promise((resolve) => {
      this.#resumed = resolve;
      this.#link.resume(saved.resume);
    });
  }

  async leave(): Promise<void> {
    await this.#link.request("leave", {}).catch(() => {});
    this.#finish("left", this.#room.self?.id ?? null);
  }

  async end(): Promise<void> {
    await this.#link.request("end", {}).catch((error) => {
      // All are told before the request is answered, oneself too; with that the session is over.
      if (this.#state.name !== "left") throw error;
    });
    this.#finish("ended", this.#room.self?.id ?? null);
  }

  async rename(name: string): Promise<void> {
    const { resume } = await this.#link.request("rename", { name });
    if (resume !== undefined) {
      this.#link.setResumeToken(resume);
      saveSession(this.#environment, { room: this.#room.name, resume });
    }
    if (this.#options) this.#options = { ...this.#options, name };
  }

  setView(shown: readonly ShownSource[], pinned: readonly number[]): void {
    this.#view.set(shown, pinned);
  }

  setSaving(isSaving: boolean): void {
    this.#publisher.setSaving(isSaving);
  }

  audioLevels(): ReadonlyMap<number, number> {
    return this.#levels.sample(
      this.#transport.peer,
      this.#board,
      this.#room.self,
      this.media.snapshot.microphone.track,
    );
  }

  /** Totals of the current transport; null while there is none. */
  stats(): Promise<ConnectionStats | null> {
    return this.#watch.stats();
  }

  #makeReady(): void {
    this.#link.prepare();
    this.#transport.prepare();
  }

  #newLink(): SessionLink {
    const listener: SessionListener = {
      handleEvent: (event) => this.#handleEvent(event),
      handleReconnecting: (attempt, since) => this.#handleReconnecting(attempt, since),
      handleResumed: (result, afterMs) => this.#handleResumed(result, afterMs),
      handleClosed: (reason) => this.#finish(reason, null),
      handleFailed: (error) => this.#handleFailed(error),
      resumeFields: async () => {
        const offer = await this.#transport.openOffer();
        return {
          // After a reload the server knows better what was on.
          ...(!this.#resumed && { publish: [...this.#publisher.sources] }),
          ...(offer && offerFields(offer)),
        };
      },
      joinAgain: async () => {
        if (!this.#options) return null;
        this.#transport.renew();
        return this.#joinData(this.#options, await this.#transport.openOffer());
      },
    };
    return new SessionLink(this.#environment, listener);
  }

  #newTransport(options: MeetingOptions): MediaTransport {
    const { isSmallDevice } = this.#environment;
    const peerOptions = {
      audioSlots: kAudioSlots,
      videoSlots: options.videoSlots ?? (isSmallDevice ? kVideoSlotsSmall : kVideoSlots),
      cameraCodec: options.cameraCodec ?? "auto",
    };
    return new MediaTransport(this.#environment, peerOptions, {
      requestOffer: (data) => this.#link.request("offer", data),
      handlePeer: (peer) => {
        this.#watch.restart();
        this.#publisher.setPeer(peer);
      },
      handleFresh: () => {
        if (this.#state.name === "joined") this.#openPublisher();
      },
      handleChange: () => {
        this.#watch.settle();
        this.#render();
      },
    });
  }

  #joinData(options: JoinOptions, offer: Offer | null): Requests["join"]["data"] {
    return joinRequest(this.#environment, options, this.#publisher.sources, offer);
  }

  /** Into the room, or to the others who wait for it. */
  #enter(result: JoinAnswer, offer: Offer | null): void {
    if (!("waiting" in result)) {
      this.#adopt(result, offer);
      return;
    }
    saveSession(this.#environment, { room: this.#waiting.room, resume: result.resume });
    this.#setState(this.#waiting.enter(result.waiting, offer));
  }

  /** Returns whether the event was for somebody who waits. */
  #handleWaiting(event: ServerEvent): boolean {
    const changed = this.#waiting.handle(event);
    if (changed) {
      this.#setState(changed);
      return true;
    }
    switch (event.type) {
      case "lobby.admitted":
        this.#link.setResumeToken(event.data.resume);
        this.#adopt(event.data, this.#waiting.offer);
        return true;
      case "lobby.denied":
        this.#waiting.denial = event.data.message;
        return true;
      case "ended":
        this.#finish("ended", event.data.by);
        return true;
      default:
        return false;
    }
  }

  /** The session stands, for the first time or again. */
  #adopt(result: JoinResult, offer: Offer | null): void {
    saveSession(this.#environment, { room: result.room.name, resume: result.resume });
    this.#room.reset(result.participant, result.room);
    this.#board.reset();
    this.#board.apply(result.room.map, this.#environment.clock.now());
    if (result.answer !== undefined && offer) {
      void this.#transport.accept(offer, result.answer, result.slots ?? []);
    }
    // Sources belong to a transport: without one they are published when it is answered.
    if (result.transport !== "none") this.#openPublisher();
    this.#view.open();
    this.channel.enter(result.room);
    this.#setState({ name: "joined" });
    this.#transport.open();
    this.#watch.start();
  }

  #openPublisher(): void {
    const live = kSourceKinds.filter((kind) => this.#room.self?.sources[kind]?.state === "live");
    this.#publisher.open(new Set(live));
  }

  #handleEvent(event: ServerEvent): void {
    // Of the transport and not of the room: it may come while the session is only just back.
    if (event.type === "demand") {
      const { source, encodings } = event.data;
      for (const peer of [this.#transport.peer, this.#transport.beside])
        void peer?.setDemand(source, encodings);
      return;
    }
    if (this.#state.name === "waiting" && this.#handleWaiting(event)) return;
    if (this.#state.name !== "joined") return;
    switch (event.type) {
      case "slots":
        if (!this.#board.apply(event.data, this.#environment.clock.now())) return;
        this.#watch.settle();
        break;
      case "move":
        void this.#move();
        return;
      case "muted":
        this.#turnOff(event.data.source);
        this.#events.emit("mutedByHost", {
          source: event.data.source,
          by: this.#room.participant(event.data.by),
        });
        return;
      case "ended":
        this.#finish("ended", event.data.by);
        return;
      case "removed":
        this.#finish("removed", null);
        return;
      default:
        this.#handleRoomEvent(event);
        return;
    }
    this.#render();
  }

  /** To another worker of the server, by a peer connection beside the one in use. */
  async #move(): Promise<void> {
    const { moveTransport } = await import("./transport-move.ts");
    await moveTransport({
      clock: this.#environment.clock,
      transport: this.#transport,
      publisher: this.#publisher,
      board: this.#board,
      requestOffer: (data) => this.#link.request("offer", data),
    });
  }

  #handleRoomEvent(event: ServerEvent): void {
    const before = this.#room.self;
    applyRoomEvent(this.#room, event, () => this.#render(), this.#events);
    // Taken from the stage: what one may not send any more is closed.
    const now = this.#room.self;
    if (now?.role === "attendee" && before?.role !== "attendee") {
      for (const kind of kSourceKinds) if (!now.sources[kind]) this.#turnOff(kind);
    }
    this.channel.deliver(event);
  }

  #handleReconnecting(attempt: number, since: number): void {
    this.#transport.pause();
    this.#publisher.close();
    this.#view.close();
    // Whoever waits goes on waiting, as far as there is anything to see of it.
    if (this.#state.name !== "waiting") this.#setState({ name: "reconnecting", attempt, since });
  }

  #handleResumed(result: JoinAnswer, afterMs: number): void {
    const isReload = this.#resumed !== null;
    void this.#transport.openOffer().then((offer) => {
      if ("waiting" in result) {
        this.#enter(result, offer);
      } else {
        if (isReload) this.#restoreDevices(result);
        this.#adopt(result, offer);
        if (result.answer === undefined && result.transport !== "kept") this.#transport.replace();
        this.#events.emit("reconnected", { afterMs });
      }
      this.#resumed?.(true);
      this.#resumed = null;
    });
  }

  /** The page was loaded anew: the microphone and camera are as the room last saw them. */
  #restoreDevices(result: JoinResult): void {
    const self = result.room.participants.find((participant) => participant.id === result.participant);
    for (const kind of ["microphone", "camera"] as const) {
      if (self?.sources[kind]?.state === "live") void this.media.setOn(kind, true);
    }
  }

  #handleFailed(error: ParleyError): void {
    const resumed = this.#resumed;
    this.#resumed = null;
    this.#close();
    clearSession(this.#environment);
    // A session that is gone after a reload is nothing to report: the page asks for the name again.
    this.#setState(resumed ? { name: "idle" } : { name: "failed", code: error.code, message: error.message });
    resumed?.(false);
  }

  #finish(reason: LeaveReason, by: string | null): void {
    if (this.#state.name === "left") return;
    this.#close();
    clearSession(this.#environment);
    this.#resumed?.(false);
    this.#resumed = null;
    this.#setState({ name: "left", reason, by, message: this.#waiting.takeDenial() });
  }

  /** Lets go of session and transport; the Meeting can be used again. */
  #close(): void {
    this.#watch.stop();
    this.#publisher.close();
    this.#view.close();
    this.#levels.close();
    this.#link.close();
    this.#link = this.#newLink();
    this.#transport.close();
    this.channel.leave();
    this.#room = new RoomState();
    this.#board = new SlotBoard();
    this.media.release();
  }

  #turnOff(source: SourceKind): void {
    this.#publisher.handleTurnedOff(source);
    if (source === "microphone" || source === "camera") void this.media.setOn(source, false);
    else this.media.stopScreen();
  }

  /** Something hints at another network: it is one when the server does not answer over the old one. */
  #checkNetwork(): Promise<boolean> {
    this.#check ??= this.#link.isAlive().then((isAlive) => {
      this.#check = null;
      if (!isAlive) this.#transport.handleNetworkChange();
      return !isAlive;
    });
    return this.#check;
  }

  #setState(state: MeetingState): void {
    this.#state = state;
    this.#render();
  }

  #render(): void {
    this.#board.render(this.#transport.slots, this.#room, this.#transport.state === "connected");
    this.#snapshot = this.#takeSnapshot();
    this.#events.emit("change", this.#snapshot);
  }

  #takeSnapshot(): Snapshot {
    const room = this.#room;
    return {
      state: this.#state,
      media: this.#transport.state,
      room: room.name === "" ? null : { name: room.name, title: room.title },
      dialIn: room.dialIn,
      self: room.self,
      participants: room.participants,
      unlisted: room.unlisted,
      dominant: room.dominant,
      active: room.active,
      videos: this.#board.videos,
      audios: this.#board.audios,
      chat: room.chat,
      quality: this.#watch.quality,
    };
  }
}
