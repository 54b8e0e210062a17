import type { Offer } from "./peer-link.ts";
import type { WaitingResult, WireAnnouncement } from "./protocol.ts";
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

  move(place: number): Waiting {
    this.#state = { ...this.#state, place };
    return this.#state;
  }

  announce(announcement: WireAnnouncement | null): Waiting {
    this.#state = { ...this.#state, announcement: announcement?.text ?? null };
    return this.#state;
  }

  takeDenial(): string {
    const { denial } = this;
    this.denial = "";
    return denial;
  }
}
