import { t } from "../../i18n/index.ts";
import { snapshot } from "../../state/meeting.ts";
import type { Feature } from "../feature.ts";
import { PeoplePanel } from "./people-panel.tsx";

export const people: Feature = {
  name: "people",
  tab: {
    icon: "people",
    title: () => t.value.room.people,
    count: () => snapshot.value.participants.length,
    Panel: PeoplePanel,
  },
};
