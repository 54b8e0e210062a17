// Told to whoever only watches because so many were there before.

import { computed, signal } from "@preact/signals";
import { Notice } from "../../common/notice.tsx";
import { self } from "../../state/meeting.ts";
import type { Feature } from "../feature.ts";
import { words } from "./words.ts";

const mostActive = signal<number | null>(null);
const isPutAway = signal(false);
const isTold = computed(
  () => mostActive.value !== null && !isPutAway.value && self.value?.role === "attendee",
);

function Crowd() {
  if (!isTold.value) return null;
  return (
    <Notice
      icon="people"
      testid="crowd"
      onDismiss={() => {
        isPutAway.value = true;
      }}
    >
      {words.value.watching}
    </Notice>
  );
}

export const crowd: Feature = {
  name: "crowd",
  Notice: Crowd,
  listener: {
    handleRoom: ({ features }) => {
      mostActive.value = features?.crowd?.most_active ?? null;
    },
    handleEvent: () => {},
  },
  handleLeft: () => {
    mostActive.value = null;
    isPutAway.value = false;
  },
};
