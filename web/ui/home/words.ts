import { wordsIn } from "../i18n/index.ts";

export const en = {
  recordings: "Recordings",
  stored: (size: string) => `${size} stored`,
  noRecordings: "Nothing recorded yet. A host records from the room.",
  play: "Play",
  rename: "Rename",
  renameTitle: "Rename the recording",
  titleLabel: "Title",
  delete: "Delete",
  deleteQuestion: (title: string) => `Delete the recording “${title}”?`,
  deleteText: "Sound, pictures and chat are gone from the server for good.",
  deleted: "The recording is deleted",
  running: "Being recorded",
  repaired: "Repaired after an interruption",
  report: "Report",
  lobby: "Let people in one by one",
  webinar: "Webinar: whoever has the link watches, and you go live after practising",
  audienceLink: "Copy audience link",
  stageLink: "Copy stage link",
  stageLinkCopied: "Link to the stage copied",
  askConsent: "Record nobody before they agree",
};

export const zhCn: typeof en = {
  recordings: "录制",
  stored: (size) => `已占用 ${size}`,
  noRecordings: "还没有录制。主持人可以在房间内开始录制。",
  play: "播放",
  rename: "重命名",
  renameTitle: "重命名录制",
  titleLabel: "标题",
  delete: "删除",
  deleteQuestion: (title) => `要删除录制“${title}”吗？`,
  deleteText: "声音、画面和聊天将从服务器上永久删除。",
  deleted: "录制已删除",
  running: "正在录制",
  repaired: "中断后已修复",
  report: "报告",
  lobby: "逐个允许人员进入",
  webinar: "网络研讨会：持链接者观看，彩排后由您开始直播",
  audienceLink: "复制观众链接",
  stageLink: "复制上台链接",
  stageLinkCopied: "已复制上台链接",
  askConsent: "征得同意之前不录制任何人",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
