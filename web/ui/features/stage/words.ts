import { wordsIn } from "../../i18n/index.ts";

export const en = {
  light: (name: string) => `Spotlight ${name} for everyone`,
  unlight: (name: string) => `Take ${name} out of the spotlight`,
  lightScreen: (name: string) => `Spotlight the screen of ${name} for everyone`,
  unlightScreen: (name: string) => `Take the screen of ${name} out of the spotlight`,
  lightSelf: "Spotlight me",
  unlightSelf: "Spotlight off me",
  lit: "In the spotlight",
  nowLit: (name: string) => `${name} is in the spotlight`,
  end: "End the spotlight",
  layoutForAll: "Layout for all",
  layouts: { free: "Free choice", gallery: "Gallery", speaker: "Speaker view" },
};

export const zhCn: typeof en = {
  light: (name) => `为所有人聚焦${name}`,
  unlight: (name) => `取消聚焦${name}`,
  lightScreen: (name) => `为所有人聚焦${name}的屏幕`,
  unlightScreen: (name) => `取消聚焦${name}的屏幕`,
  lightSelf: "聚焦我",
  unlightSelf: "取消聚焦我",
  lit: "正在聚焦",
  nowLit: (name) => `${name}已被聚焦`,
  end: "结束聚焦",
  layoutForAll: "所有人的布局",
  layouts: { free: "各自选择", gallery: "画廊", speaker: "演讲者视图" },
};

export const words = wordsIn({ en, "zh-CN": zhCn });
