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
  upload: {
    waiting: "Waits to be copied to other storage",
    running: (percent: number) => `Being copied to other storage, ${percent}%`,
    retrying: "Not copied to other storage yet, tried again",
    done: "Copied to other storage",
    moved: "In other storage only",
  },
  deleteKeepsCopy: "The copy in other storage stays.",
  report: "Report",
  lobby: "Let people in one by one",
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
  upload: {
    waiting: "等待复制到其他存储",
    running: (percent) => `正在复制到其他存储，${percent}%`,
    retrying: "尚未复制到其他存储，正在重试",
    done: "已复制到其他存储",
    moved: "仅保存在其他存储中",
  },
  deleteKeepsCopy: "其他存储中的副本会保留。",
  report: "报告",
  lobby: "逐个允许人员进入",
  askConsent: "征得同意之前不录制任何人",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
