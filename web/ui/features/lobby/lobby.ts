import { may } from "../../state/meeting.ts";
import type { Feature } from "../feature.ts";
import { KnockCard } from "./knock-card.tsx";
import { LobbyPanel } from "./lobby-panel.tsx";
import { forget, listener, queue, settings } from "./lobby-state.ts";
import { words } from "./words.ts";

export const lobby: Feature = {
  name: "lobby",
  tab: {
    icon: "people",
    title: () => words.value.tab,
    waiting: () => queue.value.length,
    isOffered: () => settings.value !== null && may("manage_lobby"),
    Panel: LobbyPanel,
  },
  Over: KnockCard,
  listener,
  handleLeft: forget,
};
