import type { Feature } from "../feature.ts";
import { PollCard } from "./poll-card.tsx";
import { PollPanel } from "./poll-panel.tsx";
import { forget, isOffered, listener, putAway, waiting } from "./poll-state.ts";
import { words } from "./words.ts";

export const poll: Feature = {
  name: "poll",
  tab: {
    icon: "poll",
    title: () => words.value.tab,
    waiting: () => waiting.value,
    isOffered: () => isOffered.value,
    handleOpened: putAway,
    Panel: PollPanel,
  },
  Over: PollCard,
  listener,
  handleLeft: forget,
};
