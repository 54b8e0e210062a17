// What there is to know of telephones besides number and PIN: the PIN of hosts, and whom the room calls.

import { computed, signal } from "@preact/signals";
import type { RoomListener, WireCall, WirePhone } from "../../../sdk/index.ts";
import { snapshot } from "../../state/meeting.ts";

/** How long one reads why a call came to nothing, unless it is dismissed. */
const kReadMs = 20_000;

const known = signal<WirePhone>({});
/** Null for everybody but hosts, and where there are no phones. */
export const hostPin = computed(() =>
  snapshot.value.self?.role === "host" ? (known.value.host_pin ?? null) : null,
);
/** Null for those who may call nobody. Those that came to nothing are among them for a while. */
export const calls = computed<readonly WireCall[] | null>(() => known.value.calls ?? null);

const kUnderWay: readonly WireCall["state"][] = ["calling", "ringing", "answered"];
export const isUnderWay = ({ state }: WireCall) => kUnderWay.includes(state);
const timers = new Set<ReturnType<typeof setTimeout>>();

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    known.value = features?.phone ?? {};
  },
  handleEvent: (event) => {
    if (event.type === "phone.settings") known.value = event.data.phone;
    if (event.type === "phone.call") put(event.data.call);
  },
};

function put(call: WireCall): void {
  const before = known.value.calls ?? [];
  // They stand among the people now, or nobody wonders.
  if (call.state === "joined" || call.state === "cancelled") {
    dismiss(call.id);
    return;
  }
  const isNew = !before.some(({ id }) => id === call.id);
  const after = isNew ? [...before, call] : before.map((one) => (one.id === call.id ? call : one));
  known.value = { ...known.value, calls: after };
  if (isUnderWay(call)) return;
  const timer = setTimeout(() => {
    timers.delete(timer);
    dismiss(call.id);
  }, kReadMs);
  timers.add(timer);
}

export function dismiss(id: string): void {
  const after = (known.value.calls ?? []).filter((one) => one.id !== id);
  if (known.value.calls) known.value = { ...known.value, calls: after };
}

export function forget(): void {
  for (const timer of timers) clearTimeout(timer);
  timers.clear();
  known.value = {};
}
