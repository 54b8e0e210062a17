// What there is to know of telephones besides number and PIN.

import { computed, signal } from "@preact/signals";
import type { RoomListener } from "../../../sdk/index.ts";
import { snapshot } from "../../state/meeting.ts";

const known = signal<string | null>(null);
/** Null for everybody but hosts, and where there are no phones. */
export const hostPin = computed(() => (snapshot.value.self?.role === "host" ? known.value : null));

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    known.value = features?.phone?.host_pin ?? null;
  },
  handleEvent: (event) => {
    if (event.type === "phone.host_pin") known.value = event.data.host_pin;
  },
};

export function forget(): void {
  known.value = null;
}
