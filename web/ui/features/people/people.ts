import type { Role } from "../../../sdk/index.ts";
import { roomWords } from "../../room/words.ts";
import { self, snapshot } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import type { Feature } from "../feature.ts";
import { forgetHands, hands } from "./hands.ts";
import { PeoplePanel } from "./people-panel.tsx";
import { words } from "./words.ts";

export const people: Feature = {
  name: "people",
  tab: {
    icon: "people",
    title: () => roomWords.value.people,
    count: () => snapshot.value.participants.length + snapshot.value.unlisted,
    Panel: PeoplePanel,
  },
  handleLeft: forgetHands,
  listener: {
    handleRoom: hands.handleRoom,
    handleEvent: (event) => {
      hands.handleEvent(event);
      if (event.type === "role") tellRole(event.data.role, event.data.by);
      if (event.type === "role.host") tellSuccessor(event.data.participant);
    },
  },
};

/** The last host left, and a co-host is one from now. */
function tellSuccessor(participant: string): void {
  const { succeeded, successor } = words.value;
  const name = snapshot.value.participants.find(({ id }) => id === participant)?.name ?? "";
  toast(participant === self.value?.id ? succeeded : successor(name));
}

/** One has another role: who gave it, and what it means. */
function tellRole(role: Role, by: string): void {
  const { nowAttendee, nowPanelist, nowCohost, nowHost } = words.value;
  const tell = { attendee: nowAttendee, panelist: nowPanelist, cohost: nowCohost, host: nowHost }[role];
  const name = snapshot.value.participants.find(({ id }) => id === by)?.name;
  toast(tell(name ?? roomWords.value.aHost));
}
