import type { DialState } from "../../../sdk/index.ts";
import { wordsIn } from "../../i18n/index.ts";

const statesEn: Record<DialState, string> = {
  calling: "Calling",
  ringing: "Ringing",
  answered: "Answered: asked to press 1",
  joined: "In the meeting",
  busy: "Busy",
  no_answer: "No answer",
  declined: "Declined",
  unknown_number: "No such number",
  not_confirmed: "Answered, but did not press 1",
  cancelled: "Cancelled",
  room_full: "The room is full",
  failed: "The call did not get through",
};

const statesZh: Record<DialState, string> = {
  calling: "正在呼叫",
  ringing: "正在振铃",
  answered: "已接听，等待按 1 确认",
  joined: "已进入会议",
  busy: "对方忙",
  no_answer: "无人接听",
  declined: "对方已拒绝",
  unknown_number: "号码不存在",
  not_confirmed: "已接听，但未按 1 确认",
  cancelled: "已取消",
  room_full: "房间已满",
  failed: "呼叫未接通",
};

export const en = {
  hostPin: (pin: string) => `Host PIN: ${pin} #`,
  hostPinAt: (numbers: string, pin: string) => `Host PIN at ${numbers}: ${pin} #`,
  noPin: "No PIN is needed",
  hostPinHint: "Whoever types this PIN is a host by phone. It is not part of the invitation.",
  call: "Call a phone",
  callTitle: "Call somebody into the meeting",
  number: "Number",
  numberExample: "+44 20 7946 0123",
  nameOfCallee: "Name (optional)",
  confirmHint: "Whoever answers is asked to press 1, and is not in the meeting before.",
  calls: "Calls",
  states: statesEn,
  cancelFor: (name: string) => `Stop calling ${name}`,
  dismissFor: (name: string) => `Dismiss ${name}`,
};

export const zhCn: typeof en = {
  hostPin: (pin) => `主持人密码：${pin} #`,
  hostPinAt: (numbers, pin) => `主持人密码（${numbers}）：${pin} #`,
  noPin: "无需密码",
  hostPinHint: "输入此密码者以主持人身份通过电话接入。它不包含在邀请中。",
  call: "呼叫电话",
  callTitle: "打电话邀请他人加入会议",
  number: "电话号码",
  numberExample: "+86 10 5555 0123",
  nameOfCallee: "姓名（可不填）",
  confirmHint: "对方接听后需按 1 确认，确认前不会进入会议。",
  calls: "呼叫",
  states: statesZh,
  cancelFor: (name) => `停止呼叫${name}`,
  dismissFor: (name) => `移除${name}`,
};

export const words = wordsIn({ en, "zh-CN": zhCn });
