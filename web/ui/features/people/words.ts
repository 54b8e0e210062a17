import { wordsIn } from "../../i18n/index.ts";

export const en = {
  muteAll: "Mute everyone",
  nowAllMuted: "Everyone but the hosts is muted. They can unmute themselves.",
  nowOthersMuted: "Everyone but hosts and the spotlight is muted. They can unmute themselves.",
  unlisted: (count: number) => (count === 1 ? "One more person watches." : `${count} more people watch.`),
  onStage: (name: string) => `Bring ${name} on stage`,
  offStage: (name: string) => `Move ${name} to the audience`,
  makeCohost: (name: string) => `Make ${name} a co-host`,
  endCohost: (name: string) => `Make ${name} no co-host any more`,
  nowAttendee: (by: string) => `${by} moved you to the audience. You see and hear, and can raise your hand.`,
  nowPanelist: (by: string) => `${by} brought you on stage. Turn on your microphone when you like.`,
  nowCohost: (by: string) => `${by} made you a co-host.`,
  nowHost: (by: string) => `${by} made you a host.`,
  succeeded: "The host left. You are the host now.",
  successor: (name: string) => `The host left. ${name} is the host now.`,
  notBack: "Do not let them back in",
  notBackText: "Until this meeting is over they cannot come back with this browser or their own link.",
};

export const zhCn: typeof en = {
  muteAll: "全体静音",
  nowAllMuted: "除主持人外所有人已静音，他们可以自行取消静音。",
  nowOthersMuted: "除主持人和聚焦者外所有人已静音，他们可以自行取消静音。",
  unlisted: (count) => `另有${count}人在观看。`,
  onStage: (name) => `请${name}上台`,
  offStage: (name) => `将${name}移到观众席`,
  makeCohost: (name) => `将${name}设为联席主持人`,
  endCohost: (name) => `取消${name}的联席主持人`,
  nowAttendee: (by) => `${by}已将您移到观众席。您可以观看、收听和举手。`,
  nowPanelist: (by) => `${by}请您上台。需要时请打开麦克风。`,
  nowCohost: (by) => `${by}将您设为联席主持人。`,
  nowHost: (by) => `${by}将您设为主持人。`,
  succeeded: "主持人已离开，您现在是主持人。",
  successor: (name) => `主持人已离开，${name}现在是主持人。`,
  notBack: "不允许再次进入",
  notBackText: "本次会议结束之前，对方无法用这个浏览器或其个人链接再次进入。",
};

export const words = wordsIn({ en, "zh-CN": zhCn });
