// The page that plays a recording: header, pictures, who speaks when, the bar, chat beside it all.

import "./playback.css";
import { useEffect } from "preact/hooks";
import { Problem, wordsOf } from "../common/problem.tsx";
import { language, t } from "../i18n/index.ts";
import { KeysDialog } from "./keys-dialog.tsx";
import { PlaybackBar } from "./playback-bar.tsx";
import { PlaybackChat } from "./playback-chat.tsx";
import { PlaybackDownloads } from "./playback-downloads.tsx";
import { PlaybackStage } from "./playback-stage.tsx";
import {
  closeRecording,
  isChatOpen,
  isHelpOpen,
  lanesOpen,
  loading,
  openRecording,
  recording,
} from "./playback-state.ts";
import { SeekBar } from "./seek-bar.tsx";
import { SpeakerLanes } from "./speaker-lanes.tsx";
import { usePlaybackKeys } from "./use-playback-keys.ts";
import { words as playbackWords } from "./words.ts";

export function PlaybackPage({ id }: { id: string }) {
  useEffect(() => {
    void openRecording(id);
    return closeRecording;
  }, [id]);
  const now = loading.value;
  if (now.name === "loading") return null;
  if (now.name === "ready") return <Playback />;
  const words = playbackWords.value;
  const isDenied = now.code === "forbidden" || now.code === "token_invalid" || now.code === "token_expired";
  const isGone = now.code === "recording_not_found";
  return (
    <main class="page narrow centre">
      <Problem bad words={isGone ? words.notFound : isDenied ? words.notAllowed : wordsOf(now.code)}>
        <div>
          <button type="button" class="button" onClick={() => void openRecording(id)}>
            {t.value.tryAgain}
          </button>
        </div>
      </Problem>
    </main>
  );
}

function Playback() {
  usePlaybackKeys();
  const { title, room, startedAt, isGrowing } = recording.value;
  const words = playbackWords.value;
  const name = title || room;
  useEffect(() => {
    document.title = `${name} · ${t.value.product}`;
  }, [name]);
  const date = new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" });
  return (
    <div class="playback">
      <header class="playback-header">
        <h1 class="playback-title">{name}</h1>
        <time class="soft wide-only" dateTime={new Date(startedAt).toISOString()}>
          {date.format(startedAt)}
        </time>
        {isGrowing && (
          <span class="playback-growing" data-testid="growing">
            {words.recording}
          </span>
        )}
        <PlaybackDownloads />
      </header>
      <div class="playback-body">
        <main class="playback-main">
          <PlaybackStage />
        </main>
        {isChatOpen.value && <PlaybackChat />}
      </div>
      <SeekBar />
      {lanesOpen.value && <SpeakerLanes />}
      <PlaybackBar />
      {isHelpOpen.value && <KeysDialog />}
    </div>
  );
}
