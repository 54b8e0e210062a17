import type { Feature } from "../feature.ts";
import { QaPanel } from "./qa-panel.tsx";
import { forget, isOffered, listener, questions, unseen } from "./qa-state.ts";
import { words } from "./words.ts";

export const qa: Feature = {
  name: "qa",
  tab: {
    icon: "question",
    title: () => words.value.tab,
    count: () => questions.value.filter(({ answered }) => !answered).length,
    waiting: () => unseen.value,
    isOffered: () => isOffered.value,
    handleOpened: () => {
      unseen.value = 0;
    },
    Panel: QaPanel,
  },
  listener,
  handleLeft: forget,
};
