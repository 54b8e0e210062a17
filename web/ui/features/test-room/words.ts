import { wordsIn } from "../../i18n/index.ts";

export const en = {
  mark: "Test room",
  notice: "This is a test room: whoever runs the server may write down all that is sent here",
  text: "It was made to find faults. Whoever runs the server may write down the sound and pictures that are sent here. Say and show nothing private.",
};

export const zhCn: typeof en = {
  mark: "测试会议室",
  notice: "这是测试会议室：服务器管理员可能会记录此处发送的所有内容",
  text: "此会议室用于排查故障。服务器管理员可能会记录此处发送的声音和画面，请勿透露或展示任何私密内容。",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
