import { wordsIn } from "../i18n/index.ts";

export const en = {
  expiredRemedy:
    "Open a host link again: the server prints a new one when it starts. By an invitation link you can join as before.",
  recordings: "Recordings",
  stored: (size: string) => `${size} stored`,
  noRecordings: "Nothing recorded yet. A host records from the room.",
  search: "Search the recordings",
  searchFor: "Title or room",
  fromDay: "From",
  toDay: "To",
  nothingFound: "No recording fits this.",
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
  deleteWithCopy: "So is the copy in other storage.",
  report: "Report",
  lobby: "Let people in one by one",
  webinar: "Webinar: whoever has the link watches, and you go live after practising",
  audienceLink: "Copy audience link",
  stageLink: "Copy stage link",
  stageLinkCopied: "Link to the stage copied",
  askConsent: "Record nobody before they agree",
  trunk: {
    down: {
      unknown_name: (trunk: string) => [
        `Nobody can call in by ${trunk}: DNS does not know that name`,
        "Look at the name in [phone] registrations, and whether this server's DNS works.",
      ],
      no_answer: (trunk: string) => [
        `Nobody can call in by ${trunk}: it does not answer`,
        "Look whether a firewall keeps SIP from leaving this server, or ask the provider whether it is down.",
      ],
      refused: (trunk: string, status?: number) => [
        `Nobody can call in by ${trunk}: it refuses the account (SIP ${status})`,
        "Correct user, password or realm in [phone] registrations, then start the server again.",
      ],
      failed: (trunk: string, status?: number) => [
        `Nobody can call in by ${trunk}: it answers with an error (SIP ${status})`,
        "That is for the provider to mend. Calls come again once it has.",
      ],
    },
    since: (time: string) => `Since ${time}.`,
    nextTry: (time: string) => `Tried again at ${time}.`,
    trying: "Being tried now.",
  },
};

export const zhCn: typeof en = {
  expiredRemedy: "请重新打开主持链接：服务器启动时会显示新的链接。持有邀请链接的话，您仍可照常入会。",
  recordings: "录制",
  stored: (size) => `已占用 ${size}`,
  noRecordings: "还没有录制。主持人可以在房间内开始录制。",
  search: "搜索录制",
  searchFor: "标题或房间",
  fromDay: "从",
  toDay: "到",
  nothingFound: "没有符合条件的录制。",
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
  deleteWithCopy: "其他存储中的副本也会一并删除。",
  report: "报告",
  lobby: "逐个允许人员进入",
  webinar: "网络研讨会：持链接者观看，彩排后由您开始直播",
  audienceLink: "复制观众链接",
  stageLink: "复制上台链接",
  stageLinkCopied: "已复制上台链接",
  askConsent: "征得同意之前不录制任何人",
  trunk: {
    down: {
      unknown_name: (trunk) => [
        `无法通过 ${trunk} 拨入：DNS 中没有这个名称`,
        "请检查 [phone] registrations 中的名称，以及此服务器的 DNS 是否正常。",
      ],
      no_answer: (trunk) => [
        `无法通过 ${trunk} 拨入：对方没有应答`,
        "请检查防火墙是否拦截了此服务器发出的 SIP，或询问运营商是否出现故障。",
      ],
      refused: (trunk, status) => [
        `无法通过 ${trunk} 拨入：对方拒绝了此账户（SIP ${status}）`,
        "请更正 [phone] registrations 中的用户、密码或 realm，然后重新启动服务器。",
      ],
      failed: (trunk, status) => [
        `无法通过 ${trunk} 拨入：对方返回错误（SIP ${status}）`,
        "需要由运营商修复，修复后即可重新拨入。",
      ],
    },
    since: (time) => `自 ${time} 起。`,
    nextTry: (time) => `将于 ${time} 重试。`,
    trying: "正在重试。",
  },
};

export const words = wordsIn({ en, "zh-CN": zhCn });
