import type { Offer } from "./peer-link.ts";
import type { ServerEvent, WaitingResult } from "./protocol.ts";
import type { MeetingState } from "./types.ts";

type Waiting = Extract<MeetingState, { name: "waiting" }>;

// What there is to know of somebody who waits to be let into a room: which one, at which place, and the
// offer that is answered on being let in.
export class WaitingRoom {
  /** The room that one waits for, or is in. */
  room = "";
  /** What a host said on not letting one in. */
  denial = "";
  #state: Waiting = { name: "waiting", title: "", place: null, announcement: null };
  #offer: Offer | null = null;

  get offer(): Offer | null {
    return this.#offer;
  }

  enter({ title, place, announcement }: WaitingResult["waiting"], offer: Offer | null): Waiting {
    this.#offer = offer;
    this.#state = {
      name: "waiting",
      title,
      place: place ?? null,
      announcement: announcement?.text ?? null,
    };
    return this.#state;
  }

  /** Null when the event is not about waiting. */
  handle(event: ServerEvent): Waiting | null {
    switch (event.type) {
      case "lobby.place":
        this.#state = { ...this.#state, place: event.data.place };
        return this.#state;
      case "announcement.changed":
        this.#state = { ...this.#state, announcement: event.data.announcement?.text ?? null };
        return this.#state;
      default:
        return null;
    }
  }

  takeDenial(): string {
    const { denial } = this;
    this.denial = "";
    return denial;
  }
}
