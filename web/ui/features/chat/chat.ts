import { unread } from "../../room/room-state.ts";
import { roomWords } from "../../room/words.ts";
import type { Feature } from "../feature.ts";
import { ChatPanel } from "./chat-panel.tsx";
import { forget, listener, markRead } from "./chat-state.ts";

export const chat: Feature = {
  name: "chat",
  tab: {
    icon: "chat",
    title: () => roomWords.value.chat,
    waiting: () => unread.value,
    handleOpened: markRead,
    Panel: ChatPanel,
  },
  listener,
  handleLeft: forget,
};
