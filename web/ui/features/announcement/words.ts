import { wordsIn } from "../../i18n/index.ts";

export const en = {
  open: "Announce…",
  title: "Announcement",
  hint: "Everyone reads it, also those who wait to come in",
  send: "Announce",
  withdraw: "Take the announcement back",
};

export const zhCn: typeof en = {
  open: "发布公告…",
  title: "公告",
  hint: "所有人都会看到，包括正在等候的人",
  send: "发布",
  withdraw: "撤回公告",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
