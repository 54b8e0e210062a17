// The position in the whole recording: a native slider over the marks of pauses and lost time.

import { useState } from "preact/hooks";
import { holds } from "./core/recording.ts";
import { timeText } from "./core/time-text.ts";
import { recording, seek, time } from "./playback-state.ts";
import { SeekPreview } from "./seek-preview.tsx";
import { words as playbackWords } from "./words.ts";

export function SeekBar() {
  const words = playbackWords.value;
  const { duration, marks } = recording.value;
  const [hover, setHover] = useState<number | null>(null);
  const share = (at: number) => `${duration > 0 ? (100 * at) / duration : 0}%`;
  const at = timeText(time.value);
  const mark = hover === null ? undefined : marks.find((each) => holds(each, hover));
  return (
    <div
      class="seek-bar"
      onPointerMove={({ currentTarget, clientX }) => {
        const { left, width } = currentTarget.getBoundingClientRect();
        setHover(Math.min(Math.max((clientX - left) / width, 0), 1) * duration);
      }}
      onPointerLeave={() => setHover(null)}
    >
      <div class="seek-track" aria-hidden="true">
        <div class="seek-done" style={{ width: share(time.value) }} />
        {marks.map((mark) => (
          <div
            key={`${mark.kind}${mark.from}`}
            class={`seek-mark ${mark.kind}`}
            style={{ left: share(mark.from), width: share(mark.to - mark.from) }}
          />
        ))}
      </div>
      <input
        type="range"
        data-testid="seek"
        aria-label={words.position}
        aria-valuetext={words.positionOf(at, timeText(duration))}
        min="0"
        max={duration}
        step="0.01"
        value={time.value}
        onInput={(event) => seek(Number(event.currentTarget.value))}
      />
      {hover !== null && (
        <div class="seek-hover" aria-hidden="true" style={{ "--at": share(hover) }}>
          <SeekPreview at={hover} />
          <span>
            {timeText(hover)}
            {mark && ` · ${mark.kind === "pause" ? words.legendPause : words.legendDamage}`}
          </span>
        </div>
      )}
    </div>
  );
}
