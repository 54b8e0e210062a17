import { wordsIn } from "../../i18n/index.ts";

export const en = {
  watching: "Many people are here already, so you are watching. Raise your hand to be called on stage.",
};

export const zhCn: typeof en = {
  watching: "参会人数已较多，您目前为观众。举手即可申请上台发言。",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
