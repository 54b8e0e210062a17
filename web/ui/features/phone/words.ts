import { wordsIn } from "../../i18n/index.ts";

export const en = {
  hostPin: (pin: string) => `Host PIN: ${pin} #`,
  hostPinHint: "Whoever types this PIN is a host by phone. It is not part of the invitation.",
};

export const zhCn: typeof en = {
  hostPin: (pin) => `主持人密码：${pin} #`,
  hostPinHint: "输入此密码者以主持人身份通过电话接入。它不包含在邀请中。",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
