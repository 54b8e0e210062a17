// The page that plays a recording: header, pictures, who speaks when, the bar, chat beside it all.

import "./playback.css";
import { useEffect } from "preact/hooks";
import type { ErrorCode } from "../../sdk/index.ts";
import { Icon } from "../common/icons.tsx";
import { Problem, wordsOf } from "../common/problem.tsx";
import { language, t } from "../i18n/index.ts";
import { CopyLink } from "./copy-link.tsx";
import { KeysDialog } from "./keys-dialog.tsx";
import { PlaybackBar } from "./playback-bar.tsx";
import { PlaybackChat } from "./playback-chat.tsx";
import { PlaybackDownloads } from "./playback-downloads.tsx";
import { PlaybackStage } from "./playback-stage.tsx";
import {
  closeRecording,
  isChatOpen,
  isHelpOpen,
  isHost,
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
  if (now.name === "ready") return <Playback />;
  return (
    <main class="page narrow centre">
      {now.name === "loading" ? (
        <p class="row soft" role="status" data-testid="loading">
          <span class="spinner" aria-hidden="true" />
          {playbackWords.value.waiting}
        </p>
      ) : (
        <Failed code={now.code} onAgain={() => void openRecording(id)} />
      )}
    </main>
  );
}

function Failed({ code, onAgain }: { code: ErrorCode; onAgain: () => void }) {
  const words = playbackWords.value;
  const told: Partial<Record<ErrorCode, readonly string[]>> = {
    recording_not_found: words.notFound,
    forbidden: words.notAllowed,
    token_invalid: words.notAllowed,
    token_expired: words.expired,
  };
  return (
    <Problem bad words={told[code] ?? wordsOf(code)}>
      <div class="row">
        <button type="button" class="button" onClick={onAgain}>
          {t.value.tryAgain}
        </button>
        <a class="button quiet" href="/">
          {t.value.toHome}
        </a>
      </div>
    </Problem>
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
        {isHost() && (
          <a
            class="round small"
            href="/"
            data-testid="to-desk"
            aria-label={t.value.toHome}
            title={t.value.toHome}
          >
            <Icon name="left" size={20} />
          </a>
        )}
        <h1 class="playback-title" title={name}>
          {name}
        </h1>
        <time class="soft wide-only" dateTime={new Date(startedAt).toISOString()}>
          {date.format(startedAt)}
        </time>
        {isGrowing && (
          <span class="playback-growing" data-testid="growing">
            {words.recording}
          </span>
        )}
        {isHost() && <CopyLink />}
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
