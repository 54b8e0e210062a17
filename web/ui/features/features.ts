// Every feature of the room, in the order of their tabs, buttons and marks.

import { meeting } from "../state/meeting.ts";
import { announcement } from "./announcement/announcement.tsx";
import { asking } from "./ask/ask.tsx";
import { broadcast } from "./broadcast/broadcast.ts";
import { chat } from "./chat/chat.ts";
import { crowd } from "./crowd/crowd.tsx";
import { desk } from "./desk/desk.tsx";
import type { Feature, Tab } from "./feature.ts";
import { live } from "./live/live.tsx";
import { lobby } from "./lobby/lobby.ts";
import { people } from "./people/people.ts";
import { phone } from "./phone/phone.ts";
import { poll } from "./poll/poll.ts";
import { qa } from "./qa/qa.ts";
import { reactions } from "./reactions/reactions.tsx";
import { recording } from "./recording/recording.ts";
import { stage } from "./stage/stage.ts";
import { testRoom } from "./test-room/test-room.tsx";

export const features: readonly Feature[] = [
  live,
  desk,
  people,
  chat,
  qa,
  poll,
  lobby,
  reactions,
  recording,
  broadcast,
  phone,
  stage,
  announcement,
  crowd,
  asking,
  testRoom,
];

/** The tabs that this room and role have a use for. */
export function offeredTabs(): readonly (Tab & { readonly name: string })[] {
  return features.flatMap(({ name, tab }) => (tab && (tab.isOffered?.() ?? true) ? { ...tab, name } : []));
}

/** Every feature hears the server, until what is returned is called. */
export function connectFeatures(): () => void {
  const stop = meeting.channel.listen({
    handleRoom: (room) => {
      for (const { listener } of features) listener?.handleRoom(room);
    },
    handleEvent: (event) => {
      for (const { listener } of features) listener?.handleEvent(event);
    },
  });
  return () => {
    stop();
    for (const { handleLeft } of features) handleLeft?.();
  };
}
