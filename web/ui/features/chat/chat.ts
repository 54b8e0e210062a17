import { t } from "../../i18n/index.ts";
import { unread } from "../../room/room-state.ts";
import type { Feature } from "../feature.ts";
import { ChatPanel } from "./chat-panel.tsx";
import { forget, listener, markRead } from "./chat-state.ts";

export const chat: Feature = {
  name: "chat",
  tab: {
    icon: "chat",
    title: () => t.value.room.chat,
    waiting: () => unread.value,
    handleOpened: markRead,
    Panel: ChatPanel,
  },
  listener,
  handleLeft: forget,
};
