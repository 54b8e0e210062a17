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
};

export const words = wordsIn({ en, "zh-CN": zhCn });
