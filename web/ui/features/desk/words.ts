import { wordsIn } from "../../i18n/index.ts";

export const en = {
  tab: "Desk",
  queue: "Knocks, hands and questions in the order in which they came",
  empty: "Nobody knocks, raises a hand or asks something.",
  count: (n: number) => (n === 1 ? "1 waits" : `${n} wait`),
  knocks: "Waits to be let in",
  letSpeak: "Let speak",
  onStage: "On stage",
  next: (name: string) => `Next speaker: ${name}`,
  knock: (name: string) => `${name} is waiting to be let in`,
  hand: (name: string) => `${name} raised a hand`,
  question: (text: string) => `New question: ${text}`,
  keyDesk: "Host’s desk",
  keyNext: "Next speaker",
};

export const zhCn: typeof en = {
  tab: "主持台",
  queue: "按先后顺序排列的等候者、举手和提问",
  empty: "没有人等候、举手或提问。",
  count: (n) => `${n} 项待处理`,
  knocks: "等候进入",
  letSpeak: "请发言",
  onStage: "请上台",
  next: (name) => `下一位发言：${name}`,
  knock: (name) => `${name}正在等候进入`,
  hand: (name) => `${name}举手了`,
  question: (text) => `新提问：${text}`,
  keyDesk: "主持台",
  keyNext: "下一位发言",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
