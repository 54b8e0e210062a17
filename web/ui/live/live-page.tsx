// The page of those who watch a meeting live, at /live/ID: the picture, and nothing of the meeting itself.

import "./live.css";
import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../common/problem.tsx";
import { t } from "../i18n/index.ts";
import { kLiveType, LiveSource, type LiveState } from "./live-source.ts";
import { words } from "./words.ts";

export function LivePage({ id }: { id: string }) {
  const text = words.value;
  const video = useRef<HTMLVideoElement>(null);
  const [state, setState] = useState<LiveState>("waiting");
  const [isMuted, setMuted] = useState(false);
  useEffect(() => {
    document.title = `${words.value.title} · ${t.value.product}`;
    const element = video.current;
    return element ? play(element, `/live/${encodeURIComponent(id)}/live.m3u8`, setState) : undefined;
  }, [id]);
  useEffect(() => {
    if (state === "playing" && video.current) void startPlaying(video.current, setMuted);
  }, [state]);
  const isOver = state === "ended" || state === "gone";
  return (
    <div class="live-page">
      <header class="live-header">
        <h1 class="live-title">{text.title}</h1>
        {state === "playing" && (
          <span class="live-word" data-testid="live-state">
            {text.live}
          </span>
        )}
      </header>
      <main class="live-main">
        {/* biome-ignore lint/a11y/useMediaCaption: what is said now has no captions */}
        <video ref={video} class="live-video" data-testid="live-video" controls playsInline hidden={isOver} />
        {state === "waiting" && <p class="live-note">{text.waiting}</p>}
        {state === "ended" && <Problem words={[text.ended]} />}
        {state === "gone" && <Problem words={text.gone} bad />}
      </main>
      {isMuted && !isOver && (
        <button
          type="button"
          class="button primary live-unmute"
          data-testid="live-unmute"
          onClick={() => {
            if (video.current) video.current.muted = false;
            setMuted(false);
          }}
        >
          {text.unmute}
        </button>
      )}
    </div>
  );
}

/** By Media Source, or by the browser itself where it has none of that. Returns how to stop. */
function play(video: HTMLVideoElement, playlist: string, tell: (state: LiveState) => void): () => void {
  if ("MediaSource" in window && MediaSource.isTypeSupported(kLiveType)) {
    const source = new LiveSource(video, playlist, tell);
    return () => source.stop();
  }
  const events = new AbortController();
  const on = (name: string, state: LiveState) =>
    video.addEventListener(name, () => tell(state), { signal: events.signal });
  on("loadeddata", "playing");
  on("ended", "ended");
  on("error", "gone");
  video.src = playlist;
  return () => {
    events.abort();
    video.removeAttribute("src");
    video.load();
  };
}

/** A page that nobody has touched may make no sound. */
async function startPlaying(video: HTMLVideoElement, setMuted: (muted: boolean) => void): Promise<void> {
  try {
    await video.play();
  } catch {
    video.muted = true;
    setMuted(true);
    await video.play().catch(() => undefined);
  }
}
