import { wordsIn } from "../../i18n/index.ts";

export const en = {
  tab: "Q&A",
  empty: "Ask the first question.",
  ask: "Ask",
  askHint: "Write a question",
  anonymously: "Without my name",
  nobody: "Without a name",
  votes: (n: number) => (n === 1 ? "1 vote" : `${n} votes`),
  vote: (text: string) => `Vote for: ${text}`,
  answered: "Answered",
  open: "Open",
  answerSpoken: "Mark as answered",
  answerWritten: "Answer in writing",
  answerLabel: "Answer",
  dismiss: "Dismiss",
  actions: "What to do with this question",
  asked: (name: string) => `New question: ${name}`,
};

export const zhCn: typeof en = {
  tab: "提问",
  empty: "来提第一个问题吧。",
  ask: "提问",
  askHint: "写下问题",
  anonymously: "匿名提问",
  nobody: "匿名",
  votes: (n) => `${n} 票`,
  vote: (text) => `投票支持：${text}`,
  answered: "已回答",
  open: "待回答",
  answerSpoken: "标为已回答",
  answerWritten: "书面回答",
  answerLabel: "回答",
  dismiss: "移除",
  actions: "对此问题的操作",
  asked: (name) => `新问题：${name}`,
};

export const words = wordsIn({ en, "zh-CN": zhCn });
