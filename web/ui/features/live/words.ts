import { wordsIn } from "../../i18n/index.ts";

export const en = {
  practice: "Practice.",
  amongUs: "Only those on stage see and hear each other.",
  waiting: (n: number) =>
    n === 0 ? "Nobody is waiting yet." : n === 1 ? "1 person is waiting." : `${n} people are waiting.`,
  goLive: "Go live",
  began: "The webinar is live",
  live: "Live",
};

export const zhCn: typeof en = {
  practice: "彩排中。",
  amongUs: "只有台上的人能彼此看到和听到。",
  waiting: (n) => (n === 0 ? "还没有人在等候。" : `${n} 人正在等候。`),
  goLive: "开始直播",
  began: "网络研讨会已开始",
  live: "直播中",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
