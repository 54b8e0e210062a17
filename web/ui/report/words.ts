import { wordsIn } from "../i18n/index.ts";

export const en = {
  report: "Report",
  reportOf: (title: string) => `Report: ${title}`,
  none: "There was no meeting in this room yet.",
  failed: "The report cannot be read",
  meeting: "Meeting",
  goesOn: "goes on",
  attended: (n: number) => (n === 1 ? "1 person attended" : `${n} people attended`),
  name: "Name",
  role: "Role",
  joined: "Joined",
  left: "Left",
  time: "Time",
  here: "here now",
  byPhone: "by phone",
  roles: { host: "Host", cohost: "Co-host", panelist: "Panelist", attendee: "Attendee" },
  download: "Download",
  parts: { attendance: "Attendance", chat: "Chat", questions: "Questions", polls: "Polls" },
  partOf: (part: string, n: number) => `${part} (${n})`,
  everything: "Everything (JSON)",
};

export const zhCn: typeof en = {
  report: "报告",
  reportOf: (title) => `报告：${title}`,
  none: "这个房间还没有开过会议。",
  failed: "无法读取报告",
  meeting: "会议",
  goesOn: "进行中",
  attended: (n) => `${n} 人参加`,
  name: "姓名",
  role: "角色",
  joined: "加入",
  left: "离开",
  time: "时长",
  here: "仍在场",
  byPhone: "电话",
  roles: { host: "主持人", cohost: "联席主持人", panelist: "嘉宾", attendee: "观众" },
  download: "下载",
  parts: { attendance: "出席名单", chat: "聊天记录", questions: "提问", polls: "投票" },
  partOf: (part, n) => `${part}（${n} 条）`,
  everything: "全部（JSON 格式）",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
