import { wordsIn } from "../../i18n/index.ts";

export const en = {
  record: "Record",
  start: "Start recording",
  startText: "Everyone is told, sees a red mark and hears a notice.",
  pause: "Pause recording",
  resume: "Go on recording",
  stop: "Stop recording",
  recording: "Recording",
  paused: "Recording paused",
  since: (time: string) => `Since ${time}.`,
  stored: "Your sound and picture are stored.",
  notStored: "Your sound and picture are not stored.",
  asked: "Your sound and picture are not stored before you agree.",
  started: "This meeting is being recorded",
  hasPaused: "The recording is paused",
  goesOn: "The recording goes on",
  stopped: "The recording has stopped",
  agree: "Agree",
  refuse: "Do not store mine",
  leave: "Leave",
  withdraw: "Do not store mine from now on",
  done: "The recording is ready.",
  open: "Watch it",
  disk: {
    no_composing:
      "The server's disk is filling up. The recording goes on, but no files are made of it for now.",
    small_pictures: "The server's disk is nearly full: cameras are recorded as small pictures.",
    sound_only: "The server's disk is nearly full: only sound is recorded, no pictures.",
  },
  trouble: {
    disk_full: "The recording has stopped: the server's disk is full. What was recorded is kept.",
    disk_error: "The recording has stopped: the server cannot write to its disk.",
    other: "The recording has stopped: the recorder does not work. Tell whoever runs the server.",
  },
};

export const zhCn: typeof en = {
  record: "录制",
  start: "开始录制",
  startText: "所有人都会得到通知，看到红色标记并听到提示。",
  pause: "暂停录制",
  resume: "继续录制",
  stop: "停止录制",
  recording: "正在录制",
  paused: "录制已暂停",
  since: (time) => `始于 ${time}。`,
  stored: "您的声音和画面会被保存。",
  notStored: "您的声音和画面不会被保存。",
  asked: "在您同意之前，不会保存您的声音和画面。",
  started: "本次会议正在录制",
  hasPaused: "录制已暂停",
  goesOn: "录制继续进行",
  stopped: "录制已停止",
  agree: "同意",
  refuse: "不要保存我的",
  leave: "离开",
  withdraw: "从现在起不保存我的",
  done: "录制已完成。",
  open: "观看",
  disk: {
    no_composing: "服务器磁盘空间不多了。录制继续进行，但暂时不会生成下载文件。",
    small_pictures: "服务器磁盘即将用满：摄像头画面以小尺寸录制。",
    sound_only: "服务器磁盘即将用满：只录制声音，不录制画面。",
  },
  trouble: {
    disk_full: "录制已停止：服务器磁盘已满。已录制的内容会保留。",
    disk_error: "录制已停止：服务器无法写入磁盘。",
    other: "录制已停止：录制程序无法工作，请告知服务器管理员。",
  },
};

export const words = wordsIn({ en, "zh-CN": zhCn });
