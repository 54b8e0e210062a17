import { wordsIn } from "../i18n/index.ts";

export const en = {
  title: "Live meeting",
  live: "Live",
  waiting: "It begins in a moment…",
  ended: "The live meeting is over.",
  gone: ["Nothing is shown here", "The live meeting is over, or the address is not whole."] as const,
  unmute: "Sound on",
};

export const zhCn: {
  readonly [key in keyof typeof en]: (typeof en)[key] extends string ? string : readonly [string, string];
} = {
  title: "会议直播",
  live: "直播中",
  waiting: "即将开始…",
  ended: "会议直播已结束。",
  gone: ["这里没有直播", "会议直播已结束，或地址不完整。"],
  unmute: "打开声音",
};

export const words = wordsIn<typeof zhCn>({ en, "zh-CN": zhCn });
