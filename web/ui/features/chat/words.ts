import { wordsIn } from "../../i18n/index.ts";

export const en = {
  to: "To",
  everyone: "Everyone",
  hosts: "The hosts",
  toHosts: "to the hosts",
  toYou: "to you alone",
  toName: (name: string) => `to ${name} alone`,
  privately: (name: string) => `Write to ${name} alone`,
  gone: "somebody who left",
  delete: "Delete this message",
  deleteQuestion: "Delete this message for everyone?",
  deleteConfirm: "Delete",
  slow: "Slow mode",
  slowOff: "Off",
  slowEvery: (seconds: number) => `One message every ${seconds} s`,
  slowWait: (seconds: number) => `You can write again in ${seconds} s`,
};

export const zhCn: typeof en = {
  to: "发送给",
  everyone: "所有人",
  hosts: "主持人",
  toHosts: "仅发给主持人",
  toYou: "仅发给您",
  toName: (name) => `仅发给${name}`,
  privately: (name) => `私聊${name}`,
  gone: "已离开的人",
  delete: "删除这条消息",
  deleteQuestion: "要为所有人删除这条消息吗？",
  deleteConfirm: "删除",
  slow: "慢速模式",
  slowOff: "关闭",
  slowEvery: (seconds) => `每 ${seconds} 秒一条消息`,
  slowWait: (seconds) => `${seconds} 秒后可以再发消息`,
};

export const words = wordsIn({ en, "zh-CN": zhCn });
