// Every page in every state without a server: `npm run dev`, then
// /ui/dev/index.html?scene=room&people=9&panel=chat&lang=zh-CN&theme=dark. Not part of the build.

import "../styles/tokens.css";
import "../styles/base.css";
import "../styles/pages.css";
import "../styles/parts.css";
import { render } from "preact";
import type {
  AttendanceRow,
  DeviceErrorCode,
  ErrorCode,
  HostApi,
  LeaveReason,
  ListedRecording,
  MeetingReport,
  Participant,
  RemoteVideo,
  WireQuestion,
  WireRoom,
} from "../../sdk/index.ts";
import { Problem, wordsOf } from "../common/problem.tsx";
import { Toasts } from "../common/toasts.tsx";
import { WaitPage } from "../features/lobby/wait-page.tsx";
import { HomePage } from "../home/home-page.tsx";
import { RecordingList } from "../home/recording-list.tsx";
import { type Language, setLanguage } from "../i18n/index.ts";
import { Gone } from "../join/gone.tsx";
import { JoinPage } from "../join/join-page.tsx";
import { ReportDialog } from "../report/report-dialog.tsx";
import { RoomPage } from "../room/room-page.tsx";
import { dialog, layout, panel, pinned, type RoomDialog, unread } from "../room/room-state.ts";
import type { LayoutChoice } from "../room/tiles.ts";
import { connectMeeting } from "../state/meeting.ts";
import { setTheme, type Theme } from "../state/theme.ts";
import { FakeMeeting, fakePerson } from "./fake-meeting.ts";
import { fakeCamera, fakeScreen } from "./fake-pictures.ts";

const wish = new URLSearchParams(location.search);
const get = (name: string, otherwise = "") => wish.get(name) ?? otherwise;
const kNames = [
  "Ada Lovelace",
  "王小明",
  "Grace Hopper",
  "Linus",
  "李雷",
  "Margaret Hamilton",
  "Alan Turing",
  "韩梅梅",
  "Katherine Johnson",
  "Tim",
  "陈思远",
  "Barbara Liskov",
  "Dennis Ritchie",
  "刘洋",
  "Radia Perlman",
  "Somebody With A Very Long Name Indeed, Department of Everything",
  "Ken",
  "赵敏",
  "Frances Allen",
  "Bjarne",
  "孙悦",
  "Hedy Lamarr",
  "Edsger",
  "周杰",
  "Shafi Goldwasser",
  "Donald",
  "吴迪",
  "Whitfield",
  "Adele",
  "Jim",
];

const kAnnouncement = "We begin at ten past.\n请稍候，我们将在十点十分开始。";

setLanguage(get("lang", "en") as Language);
setTheme(get("theme", "light") as Theme);

const meeting = new FakeMeeting();
connectMeeting(meeting);

function enterRoom(): void {
  const count = Number(get("people", "5"));
  const people = Array.from({ length: count }, (_, index): Participant => {
    const person = fakePerson(index, { name: kNames[index % kNames.length] ?? "?" });
    const isDark = index % 3 === 2;
    const isMuted = index % 2 === 1;
    return {
      ...person,
      connected: index !== 6,
      isHandUp: wish.has("features") && (index === 2 || index === 4),
      handAt: Date.UTC(2026, 10, 23, 9, index),
      quality: index === 3 ? 1 : index === 4 ? 2 : 4,
      sources: {
        microphone: { id: index * 10 + 1, state: isMuted ? "off" : "live" },
        camera: { id: index * 10 + 2, state: isDark ? "off" : "live" },
        screen: { id: index * 10 + 3, state: wish.has("screen") && index === 1 ? "live" : "off" },
      },
    };
  });
  const videos = new Map<number, RemoteVideo>();
  people.forEach((person, index) => {
    const states = [
      "live",
      "live",
      "live",
      "live",
      "paused",
      "live",
      "live",
      "unsupported",
      "live",
      "waiting",
    ];
    const state = (states[index % states.length] ?? "live") as RemoteVideo["state"];
    const { camera, screen } = person.sources;
    if (!person.isSelf && camera?.state === "live") {
      const stream = fakeCamera(index);
      videos.set(camera.id, {
        source: camera.id,
        participant: person.id,
        kind: "camera",
        state,
        isLimited: index === 2,
        stream,
      });
    }
    if (screen?.state === "live") {
      const stream = fakeScreen();
      videos.set(screen.id, {
        source: screen.id,
        participant: person.id,
        kind: "screen",
        state: "live",
        isLimited: false,
        stream,
      });
    }
  });
  meeting.levels = new Map([
    [21, 0.7],
    [1, 0],
  ]);
  const at = Date.UTC(2026, 10, 23, 9, 0);
  meeting.set({
    state: wish.has("reconnecting") ? { name: "reconnecting", attempt: 1, since: at } : { name: "joined" },
    media: "connected",
    room: { name: "swift-otter-42", title: "Weekly planning" },
    dialIn: wish.has("features")
      ? { numbers: ["+44 20 7946 0123", "+86 10 5555 0123"], pin: "0123456789" }
      : null,
    self: people[0] ? { ...people[0], role: wish.has("audience") ? "attendee" : people[0].role } : null,
    participants: people,
    dominant: "p2",
    videos,
    quality: 4,
    chat: wish.has("silent")
      ? []
      : [
          { id: "1", participant: "p1", name: "王小明", to: null, text: "大家好！能听到我吗？", at },
          {
            id: "2",
            participant: "p0",
            name: "Ada Lovelace",
            to: "hosts",
            text: "Loud and clear.",
            at: at + 20_000,
          },
          {
            id: "3",
            participant: "p2",
            name: "Grace Hopper",
            to: null,
            text: "The notes are at https://example.org/notes/2026-11-23, please add yours.",
            at: at + 90_000,
          },
          {
            id: "4",
            participant: "p2",
            name: "Grace Hopper",
            to: null,
            text: "And the agenda:\n1. Release\n2. Questions",
            at: at + 100_000,
          },
        ],
  });
  if (wish.has("recording")) {
    const state = get("recording") === "paused" ? "paused" : "recording";
    const recording = { id: "r1", state, started_at: at, consent: wish.has("consent") } as const;
    const disk = (["no_composing", "small_pictures", "sound_only"] as const).find(
      (step) => step === get("disk"),
    );
    meeting.channel.enter({ recording: { ...recording, ...(disk && { disk }) } });
  }
  if (wish.has("features")) meeting.channel.enter({ features: fakeFeatures(at) });
  meeting.media.cameraStream = fakeCamera(0);
  if (!wish.has("muted")) void meeting.media.setOn("microphone", true);
  if (!wish.has("dark")) void meeting.media.setOn("camera", true);
  layout.value = get("layout", "auto") as LayoutChoice;
  pinned.value = wish.get("pin");
  unread.value = Number(get("unread", "0"));
  panel.value = wish.get("panel");
  dialog.value = wish.get("dialog") as RoomDialog | null;
}

function fakeFeatures(at: number): NonNullable<WireRoom["features"]> {
  const question = (id: string, text: string, change: Partial<WireQuestion>): WireQuestion => ({
    ...{ id, participant: "p1", name: "王小明", text, at, votes: 3, answered: false },
    ...change,
  });
  return {
    chat: {
      slow_seconds: 15,
      moderated: true,
      held: [
        { id: "h1", participant: "p3", name: "Edsger Dijkstra", text: "May I show what I made?", at },
        { id: "h2", participant: "p4", name: "王小明", text: "请问会后有录像吗？ https://example.org/", at },
      ],
    },
    phone: {
      host_pin: "012345678901",
      calls: [
        { id: "d1", name: "+44 … 99", by: "p0", state: "ringing" },
        { id: "d2", name: "Grace Hopper", by: "p0", state: "busy" },
      ],
    },
    lobby: {
      on: true,
      locked: false,
      admits: { tokens: true, returning: true, callers: false },
      passcode: wish.has("passcode"),
      queue: [
        { id: "p91", name: "Barbara Liskov", kind: "phone", since: at },
        { id: "p92", name: "Somebody With A Very Long Name Indeed", kind: "browser", since: at },
      ],
    },
    hand: { queue: ["p2", "p4"] },
    ...(wish.has("webinar") && { live: { live: wish.has("live"), waiting: 212 } }),
    ...(wish.has("broadcast") && {
      broadcast: {
        offer: { hls: true, rtmp_hosts: ["live.example.org", "a.rtmp.example.com"] },
        ...(get("broadcast") && { state: "live" as const, started_at: at, watch: "/live/swift-otter-42" }),
      },
    }),
    ...(wish.has("announcement") && { announcement: { id: "a1", text: kAnnouncement, at } }),
    ...(wish.has("crowd") && { crowd: { most_active: 50 } }),
    stage: {
      spotlight: get("lit")
        .split(",")
        .filter(Boolean)
        .map((participant) => ({ participant, source: "camera" as const })),
      layout: null,
    },
    poll: {
      polls: [
        {
          id: "v1",
          question: "Which topic shall we begin with?",
          options: ["The release", "Questions from last week", "路线图"],
          multiple: false,
          state: "ended",
          shared: true,
          results: { voters: 12, votes: [3, 7, 2] },
          own: [1],
        },
        {
          id: "v2",
          question: "When do you have time for the next one?",
          options: ["Tuesday", "Wednesday", "Thursday, but only late in the afternoon and not for long"],
          multiple: true,
          state: "open",
          shared: false,
          ...(wish.has("audience") ? {} : { results: { voters: 5, votes: [4, 1, 2] } }),
        },
        {
          id: "v3",
          question: "How was it?",
          options: ["Good", "Bad"],
          multiple: false,
          state: "draft",
          shared: false,
        },
      ],
    },
    qa: {
      questions: [
        question("q1", "Will there be a recording of this?", { voted: true, votes: 12 }),
        question("q2", "这个功能什么时候发布？", {}),
        question("q3", "Where are the slides?", { answered: true, answer: "https://example.org/slides" }),
      ],
    },
  };
}

function fakeReports(): HostApi {
  const at = Date.UTC(2026, 10, 23, 9, 0);
  const attendance = kNames.slice(0, 12).map((name, index): AttendanceRow => {
    const joined_at = at + index * 37_000;
    const seconds = 3_600 - index * 201;
    const role = index === 0 ? "host" : index < 3 ? "panelist" : "attendee";
    const kind = index === 4 ? "phone" : "browser";
    const left_at = index === 5 ? null : joined_at + seconds * 1_000;
    return { name, role, kind, joined_at, left_at, seconds, joins: 1, participant: `p${index}` };
  });
  const times = { meeting: "2", started_at: at, ended_at: at + 3_700_000 };
  const meetings = [times, { meeting: "1", started_at: at - 86_400_000, ended_at: at - 83_000_000 }];
  const parts = { attendance, chat: [{}, {}], questions: [{}], polls: [] };
  const report: MeetingReport = { ...times, meetings, room: "swift-otter-42", title: "", ...parts };
  return { report: async () => report } as unknown as HostApi;
}

function fakeRecordings(): HostApi {
  const recorded = (state: string, days: number): ListedRecording => ({
    id: `r${state}`,
    room: state === "locked" ? "" : "swift-otter-42",
    title: state === "locked" ? "" : "Weekly planning",
    state,
    started_at_us: (Date.UTC(2026, 10, 23, 9, 0) - days * 86_400_000) * 1_000,
    duration_us: state === "locked" ? 0 : 3_725_000_000,
    size: 412_000_000,
  });
  const list = ["recording", "finished", "repaired", "locked"].map(recorded);
  return { recordings: async () => list } as unknown as HostApi;
}

function Story() {
  switch (get("scene", "room")) {
    case "home":
      return <HomePage />;
    case "gone":
      return (
        <Gone reason={get("reason", "left") as LeaveReason} room="swift-otter-42" onAgain={async () => {}} />
      );
    case "problem":
      return (
        <main class="page narrow centre">
          <Problem bad words={wordsOf(get("code", "link_invalid") as ErrorCode)} />
        </main>
      );
    case "report":
      return (
        <ReportDialog api={fakeReports()} room="swift-otter-42" title="Weekly planning" onClose={() => {}} />
      );
    case "recordings":
      return (
        <main class="page">
          <RecordingList api={fakeRecordings()} />
        </main>
      );
    case "wait":
      return (
        <WaitPage
          title="Weekly planning"
          place={wish.has("audience") ? null : 2}
          announcement={wish.has("announcement") ? kAnnouncement : null}
        />
      );
    case "join":
      return (
        <JoinPage
          title="Weekly planning"
          people={3}
          watches={wish.has("audience")}
          passcode={wish.has("passcode")}
          onJoin={async () => {}}
        />
      );
    default:
      return <RoomPage />;
  }
}

if (get("scene", "room") === "room") enterRoom();
meeting.media.cameraStream = fakeCamera(0);
meeting.media.failure = wish.get("failure") as DeviceErrorCode | null;
const root = document.getElementById("app");
if (root) {
  render(
    <>
      <Story />
      <Toasts />
    </>,
    root,
  );
}
