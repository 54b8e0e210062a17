import { wordsIn } from "../../i18n/index.ts";

export const en = {
  // For whoever waits.
  waitTitle: "Please wait: a host will let you in",
  waitNext: "You are the next.",
  waitPlace: (place: number) => `You are number ${place} of those who wait.`,
  waitHint: "Keep this page open. You can set up your camera and microphone meanwhile.",
  leave: "Leave",
  // For whoever lets in.
  tab: "Lobby",
  knock: (name: string) => `${name} is waiting to be let in`,
  knocks: (n: number) => `${n} people are waiting to be let in`,
  look: "Look",
  admit: "Let in",
  admitFor: (name: string) => `Let ${name} in`,
  admitAll: "Let everyone in",
  deny: "Refuse",
  denyFor: (name: string) => `Refuse ${name}`,
  denyQuestion: (name: string) => `Refuse ${name}?`,
  denyMessage: "Message (optional)",
  denyCaller: "They call by phone and are told by voice that they were not let in.",
  empty: "Nobody is waiting.",
  on: "Whoever comes by the link waits to be let in",
  locked: "Lock the room: nobody comes in",
  nowLocked: "The room is locked",
  nowUnlocked: "The room is open again",
};

export const zhCn: typeof en = {
  waitTitle: "请稍候，主持人会让您进入",
  waitNext: "下一位就是您。",
  waitPlace: (place) => `您在等候者中排第 ${place} 位。`,
  waitHint: "请保持此页面打开。您可以先调整摄像头和麦克风。",
  leave: "离开",
  tab: "等候室",
  knock: (name) => `${name}正在等候进入`,
  knocks: (n) => `${n} 人正在等候进入`,
  look: "查看",
  admit: "允许",
  admitFor: (name) => `允许${name}进入`,
  admitAll: "全部允许",
  deny: "拒绝",
  denyFor: (name) => `拒绝${name}`,
  denyQuestion: (name) => `要拒绝${name}吗？`,
  denyMessage: "留言（可不填）",
  denyCaller: "对方通过电话接入，将听到语音告知未获准进入。",
  empty: "没有人在等候。",
  on: "通过链接来的人需等候允许",
  locked: "锁定房间：任何人都不能进入",
  nowLocked: "房间已锁定",
  nowUnlocked: "房间已重新开放",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
