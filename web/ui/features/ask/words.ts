import { wordsIn } from "../../i18n/index.ts";

export const en = {
  toSpeak: (by: string) => `${by} asks you to unmute.`,
  toShow: (by: string) => `${by} asks you to start your camera.`,
  askFor: (name: string) => `Muted: ask ${name} to unmute`,
  asked: (name: string) => `${name} was asked to unmute`,
};

export const zhCn: typeof en = {
  toSpeak: (by) => `${by}请您打开麦克风。`,
  toShow: (by) => `${by}请您打开摄像头。`,
  askFor: (name) => `已静音：请${name}打开麦克风`,
  asked: (name) => `已请${name}打开麦克风`,
};

export const words = wordsIn({ en, "zh-CN": zhCn });
