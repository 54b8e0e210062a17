import type { ServerEvent, WireChatMessage, WireParticipant, WireRoom } from "./protocol.ts";
import type { ChatMessage, DialIn, Participant, Quality } from "./types.ts";

const kChatKept = 1_000;

// Who is in the room and what was said: the server's snapshot and the events that came after it. Pure
// bookkeeping; every list it hands out is a new one after a change. Bounds: the newest 1,000 chat
// messages.
export class RoomState {
  #version = 0;
  #selfId = "";
  #name = "";
  #title = "";
  #dialIn: DialIn | null = null;
  #participants: ReadonlyMap<string, Participant> = new Map();
  #list: readonly Participant[] = [];
  #audience = 0;
  #chat: readonly ChatMessage[] = [];
  #dominant: string | null = null;
  #active: readonly string[] = [];

  get name(): string {
    return this.#name;
  }
  get title(): string {
    return this.#title;
  }
  get dialIn(): DialIn | null {
    return this.#dialIn;
  }
  get self(): Participant | null {
    return this.#participants.get(this.#selfId) ?? null;
  }
  get participants(): readonly Participant[] {
    return this.#list;
  }
  /** How many more watch whom one is not told of: attendees see of the audience only themselves. */
  get unlisted(): number {
    const { self } = this;
    if (self?.role !== "attendee") return 0;
    const isInAudience = Object.keys(self.sources).length === 0;
    return Math.max(0, this.#audience - (isInAudience ? 1 : 0));
  }
  get chat(): readonly ChatMessage[] {
    return this.#chat;
  }
  get dominant(): string | null {
    return this.#dominant;
  }
  get active(): readonly string[] {
    return this.#active;
  }

  participant(id: string): Participant | null {
    return this.#participants.get(id) ?? null;
  }

  /** Whose source this is and of which kind. */
  ownerOf(source: number): { participant: Participant; kind: string } | null {
    for (const participant of this.#participants.values()) {
      for (const [kind, info] of Object.entries(participant.sources)) {
        if (info.id === source) return { participant, kind };
      }
    }
    return null;
  }

  reset(selfId: string, room: WireRoom): void {
    this.#version = room.version;
    this.#selfId = selfId;
    this.#name = room.name;
    this.#title = room.title;
    this.#dialIn = room.dial_in ?? null;
    this.#audience = room.audience;
    this.#replace(room.participants);
    // A resumed session's snapshot has the latest 200 messages; older ones are still here.
    const known = new Set(room.chat.map((message) => message.id));
    // Of what is as new as the snapshot, the rest was deleted meanwhile.
    const from = room.chat[0]?.at ?? Number.POSITIVE_INFINITY;
    const older = this.#chat.filter((message) => !known.has(message.id) && message.at < from);
    this.#chat = [...older, ...room.chat.map(toChatMessage)].slice(-kChatKept);
    this.#dominant = room.dominant;
    this.#active = this.#active.filter((id) => this.#participants.has(id));
  }

  /** Returns false when the event changed nothing, because the snapshot already had it. */
  apply(event: ServerEvent): boolean {
    if (event.version !== undefined) {
      if (event.version <= this.#version) return false;
      this.#version = event.version;
    }
    switch (event.type) {
      case "participant_joined":
      case "participant_changed": {
        const { participant } = event.data;
        this.#set(new Map(this.#participants).set(participant.id, this.#convert(participant)));
        return true;
      }
      case "participants":
        this.#replace(event.data.participants);
        return true;
      case "audience":
        this.#audience = event.data.count;
        return true;
      case "participant_left": {
        const rest = new Map(this.#participants);
        if (!rest.delete(event.data.participant)) return false;
        this.#set(rest);
        if (this.#dominant === event.data.participant) this.#dominant = null;
        this.#active = this.#active.filter((id) => id !== event.data.participant);
        return true;
      }
      case "chat":
        if (this.#chat.some((message) => message.id === event.data.message.id)) return false;
        this.#chat = [...this.#chat, toChatMessage(event.data.message)].slice(-kChatKept);
        return true;
      case "chat.deleted":
        this.#chat = this.#chat.filter((message) => message.id !== event.data.message);
        return true;
      case "speakers":
        this.#dominant = event.data.dominant;
        this.#active = event.data.active;
        return true;
      case "quality":
        return this.#applyQuality(event.data.participants);
      default:
        return false;
    }
  }

  #replace(participants: readonly WireParticipant[]): void {
    this.#set(new Map(participants.map((wire) => [wire.id, this.#convert(wire)])));
  }

  #set(participants: ReadonlyMap<string, Participant>): void {
    this.#participants = participants;
    this.#list = [...participants.values()];
  }

  #convert(wire: WireParticipant): Participant {
    return {
      id: wire.id,
      name: wire.name,
      role: wire.role,
      kind: wire.kind,
      joinedAt: wire.joined_at,
      connected: wire.connected,
      quality: toQuality(wire.quality),
      sources: wire.sources,
      isHandUp: wire.hand ?? false,
      handAt: wire.hand_at ?? 0,
      isSelf: wire.id === this.#selfId,
    };
  }

  #applyQuality(values: Record<string, number>): boolean {
    const next = new Map(this.#participants);
    let isChanged = false;
    for (const [id, value] of Object.entries(values)) {
      const participant = next.get(id);
      if (!participant || participant.quality === value) continue;
      next.set(id, { ...participant, quality: toQuality(value) });
      isChanged = true;
    }
    if (isChanged) this.#set(next);
    return isChanged;
  }
}

export function toQuality(value: number): Quality {
  return value === 1 || value === 2 || value === 3 || value === 4 ? value : 0;
}

function toChatMessage(wire: WireChatMessage): ChatMessage {
  const { id, participant, name, to = null, text, at } = wire;
  return { id, participant, name, to, text, at };
}
