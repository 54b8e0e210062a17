// Somebody speaks into a microphone that is off: says so, once in a while.

import { useEffect, useState } from "preact/hooks";
import { browserEnvironment, LevelMeter } from "../../sdk/index.ts";
import { local } from "../state/meeting.ts";
import { roomWords } from "./words.ts";

const kIntervalMs = 100;
const kLoud = 0.6;
const kTicksToHint = 5;
const kShownMs = 5_000;
const kQuietMs = 30_000;

export function MutedHint() {
  const { on, track } = local.value.microphone;
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    setShown(false);
    if (on || !track) return;
    return watch(track, () => {
      setShown(true);
      setTimeout(() => setShown(false), kShownMs);
    });
  }, [on, track]);
  return (
    <span class="hint" role="status" data-testid="muted-hint" data-shown={isShown}>
      {isShown && roomWords.value.speakingMuted}
    </span>
  );
}

/** A muted track is silent, so a copy of it is listened to; nothing of it leaves this page. */
function watch(track: MediaStreamTrack, hint: () => void): () => void {
  const ear = track.clone();
  ear.enabled = true;
  const meter = new LevelMeter(browserEnvironment(), ear);
  let loud = 0;
  let notBefore = 0;
  const timer = setInterval(() => {
    loud = meter.level() > kLoud ? loud + 1 : 0;
    if (loud < kTicksToHint || performance.now() < notBefore) return;
    notBefore = performance.now() + kQuietMs;
    hint();
  }, kIntervalMs);
  return () => {
    clearInterval(timer);
    meter.close();
    ear.stop();
  };
}
