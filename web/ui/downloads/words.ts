import { wordsIn } from "../i18n/index.ts";

export const en = {
  downloadOf: (title: string) => `Download: ${title}`,
  files: {
    "720p.mp4": "Video, MP4 720p",
    "1080p.mp4": "Video, MP4 1080p",
    "sound.m4a": "Sound only, M4A",
    "sound.webm": "Sound only, WebM",
    "everything.zip": "Everything, as a ZIP",
  },
  subtitles: "Subtitles, with names",
  chat: "Chat, as text",
  tracks: "Single tracks",
  make: "Make it",
  queued: "Waits for others",
  running: (percent: string, left: string) => (left ? `${percent}, ${left} left` : percent),
  failed: "Failed; try again",
  cancel: (file: string) => `Cancel: ${file}`,
  ready: (file: string) => `${file}: ready`,
  later: "Videos and sound can be made when the recording has ended.",
};

export const zhCn: typeof en = {
  downloadOf: (title) => `下载：${title}`,
  files: {
    "720p.mp4": "视频，MP4 720p",
    "1080p.mp4": "视频，MP4 1080p",
    "sound.m4a": "仅声音，M4A",
    "sound.webm": "仅声音，WebM",
    "everything.zip": "全部内容，ZIP",
  },
  subtitles: "字幕（含姓名）",
  chat: "聊天文本",
  tracks: "单独轨道",
  make: "生成",
  queued: "排队中",
  running: (percent, left) => (left ? `${percent}，剩余 ${left}` : percent),
  failed: "失败，点击重试",
  cancel: (file) => `取消：${file}`,
  ready: (file) => `${file}：已就绪`,
  later: "录制结束后才能生成视频和声音文件。",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
