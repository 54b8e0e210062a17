import type { ErrorCode } from "../../sdk/index.ts";
import { wordsIn } from "../i18n/index.ts";

type Problems = Partial<Record<ErrorCode, readonly string[]>>;

export const en = {
  passcode: "Passcode",
  passcodeHint: "Whoever invited you has told you",
  problems: {
    passcode_required: ["This meeting asks for a passcode", "Whoever invited you knows it."],
    passcode_wrong: [
      "This passcode is not right",
      "Look for upper and lower case letters, or ask whoever invited you.",
    ],
    too_many_requests: [
      "There were too many tries from your network",
      "Wait a minute or more, then try again. Ask whoever invited you for the passcode meanwhile.",
    ],
  } as Problems,

  gone: {
    left: "You left the meeting",
    ended: "The meeting was ended",
    endedText: "A host ended it for everyone.",
    removed: "You were removed from the meeting",
    removedText: "A host removed you. Ask them if you think that was a mistake.",
    replaced: "This meeting is open in another tab",
    replacedText: "You can take part in one tab at a time. The other one goes on.",
    denied: "You were not let in",
    deniedText: "A host did not let you in. Ask whoever invited you.",
    takeBack: "Use this tab",
    report: "Report of the meeting",
  },
};

export const zhCn: typeof en = {
  passcode: "会议密码",
  passcodeHint: "由邀请您的人告知",
  problems: {
    passcode_required: ["此会议需要密码", "请向邀请您的人询问。"],
    passcode_wrong: ["密码不正确", "请注意大小写，或向邀请您的人询问。"],
    too_many_requests: [
      "来自您所在网络的尝试次数过多",
      "请等待一分钟或更久再试，同时可向邀请您的人询问密码。",
    ],
  },

  gone: {
    left: "您已离开会议",
    ended: "会议已结束",
    endedText: "主持人为所有人结束了会议。",
    removed: "您已被移出会议",
    removedText: "主持人将您移出。如有疑问，请联系主持人。",
    replaced: "会议已在另一个标签页中打开",
    replacedText: "一次只能在一个标签页中参加，另一个标签页会继续。",
    denied: "您未被允许进入",
    deniedText: "主持人没有让您进入。请联系邀请您的人。",
    takeBack: "改用此标签页",
    report: "会议报告",
  },
};

export const words = wordsIn({ en, "zh-CN": zhCn });
