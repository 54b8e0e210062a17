// What the first page does to a room that is there (PROTOCOL.md, "HTTP"): functions, so that other pages do
// not load them. Each rejects with ParleyError.

import type { CreatedRoom, HostApi } from "./host-api.ts";

const pathOf = (room: string) => `/api/v1/rooms/${encodeURIComponent(room)}`;

/** Nobody comes in by the link from before; with `stage` that of a webinar onto its stage. */
export function renewInvitation(api: HostApi, room: string, stage: boolean): Promise<CreatedRoom> {
  return api.call("POST", `${pathOf(room)}/invitation`, { stage });
}

export async function deleteRoom(api: HostApi, room: string): Promise<void> {
  await api.call("DELETE", pathOf(room));
}
