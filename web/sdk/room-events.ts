import type { Emitter } from "./emitter.ts";
import type { ServerEvent } from "./protocol.ts";
import type { RoomState } from "./room-state.ts";
import type { MeetingEvents } from "./types.ts";

// Brings a server's event into the room, and tells who came, left or wrote once `render` has made the
// snapshot that shows it. Does neither for an event that changes nothing.
export function applyRoomEvent(
  room: RoomState,
  event: ServerEvent,
  render: () => void,
  events: Emitter<MeetingEvents>,
): void {
  const leaving = event.type === "participant_left" ? room.participant(event.data.participant) : null;
  if (!room.apply(event)) return;
  render();
  if (event.type === "participant_joined") {
    const joined = room.participant(event.data.participant.id);
    if (joined) events.emit("participantJoined", joined);
  } else if (event.type === "participant_left" && leaving) {
    events.emit("participantLeft", { participant: leaving, reason: event.data.reason });
  } else if (event.type === "chat") {
    const message = room.chat.at(-1);
    if (message) events.emit("chat", message);
  }
}
