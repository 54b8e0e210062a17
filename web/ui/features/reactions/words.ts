import { wordsIn } from "../../i18n/index.ts";

export const en = {
  react: "React",
  thumbs_up: "Thumbs up",
  clap: "Applause",
  heart: "Heart",
  laugh: "Laughter",
  surprise: "Surprise",
  party: "Party",
};

export const zhCn: typeof en = {
  react: "表情回应",
  thumbs_up: "点赞",
  clap: "鼓掌",
  heart: "爱心",
  laugh: "大笑",
  surprise: "惊讶",
  party: "庆祝",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
