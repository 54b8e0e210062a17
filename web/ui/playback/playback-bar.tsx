// The bottom bar: play, skip, time, speed, sound, layout, panels.

import { Icon, type IconName } from "../common/icons.tsx";
import { roomWords } from "../room/words.ts";
import { timeText } from "./core/time-text.ts";
import { kSpeeds } from "./keys.ts";
import {
  goLive,
  isChatOpen,
  isHelpOpen,
  isLive,
  isMuted,
  isPlaying,
  isWaiting,
  lanesOpen,
  layout,
  recording,
  setSpeed,
  setVolume,
  skip,
  speed,
  time,
  toggleFullScreen,
  toggleLayout,
  toggleMute,
  togglePlay,
  volume,
} from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

interface ButtonProps {
  icon: IconName;
  label: string;
  testid: string;
  keyName: string;
  pressed?: boolean;
  class?: string;
  onClick: () => void;
}

function Button({ icon, label, testid, keyName, pressed, class: kind = "", onClick }: ButtonProps) {
  return (
    <button
      type="button"
      class={`round small ${kind}`}
      data-testid={testid}
      aria-label={label}
      aria-pressed={pressed}
      aria-keyshortcuts={keyName}
      title={`${label} (${keyName})`}
      onClick={onClick}
    >
      <Icon name={icon} size={20} />
    </button>
  );
}

export function PlaybackBar() {
  const words = playbackWords.value;
  const room = roomWords.value;
  return (
    <footer class="playback-bar">
      <div class="bar-group">
        <Button
          icon={isPlaying.value ? "pause" : "play"}
          label={isPlaying.value ? words.pause : words.play}
          testid="play"
          keyName="k"
          class="active"
          onClick={togglePlay}
        />
        <Button icon="back" label={words.back} testid="back" keyName="←" onClick={() => skip(-5)} />
        <Button icon="forward" label={words.forward} testid="forward" keyName="→" onClick={() => skip(5)} />
        <Clock />
      </div>
      <div class="bar-group">
        <label class="playback-speed">
          <span class="hidden-visually">{words.speed}</span>
          <select
            class="input"
            data-testid="speed"
            title={`${words.speed} (, .)`}
            value={String(speed.value)}
            onChange={(event) => setSpeed(Number(event.currentTarget.value))}
          >
            {kSpeeds.map((each) => (
              <option key={each} value={String(each)}>
                {words.times(each)}
              </option>
            ))}
          </select>
        </label>
        <Sound />
        <Button
          icon={layout.value === "gallery" ? "speaker" : "layout"}
          label={layout.value === "gallery" ? room.toSpeaker : room.toGallery}
          testid="layout"
          keyName="w"
          onClick={toggleLayout}
        />
        <Button
          icon="lanes"
          label={lanesOpen.value ? words.hideLanes : words.lanes}
          testid="lanes-toggle"
          keyName="t"
          pressed={lanesOpen.value}
          onClick={() => {
            lanesOpen.value = !lanesOpen.value;
          }}
        />
        <Button
          icon="chat"
          label={words.chat}
          testid="chat"
          keyName="c"
          pressed={isChatOpen.value}
          onClick={() => {
            isChatOpen.value = !isChatOpen.value;
          }}
        />
        <Button
          icon="expand"
          label={room.fullScreen}
          testid="full-screen"
          keyName="f"
          class="roomy"
          onClick={toggleFullScreen}
        />
        <Button
          icon="help"
          label={room.help}
          testid="help"
          keyName="?"
          class="roomy"
          onClick={() => {
            isHelpOpen.value = true;
          }}
        />
      </div>
    </footer>
  );
}

function Clock() {
  const words = playbackWords.value;
  const { duration, isGrowing } = recording.value;
  return (
    <span class="playback-clock">
      <span data-testid="time">{timeText(time.value)}</span>
      <span class="soft"> / {timeText(duration)}</span>
      {isWaiting.value && <span class="spinner" role="status" aria-label={words.waiting} />}
      {isGrowing && (
        <button
          type="button"
          class={isLive.value ? "playback-live on" : "playback-live"}
          data-testid="live"
          title={words.toLive}
          onClick={goLive}
        >
          {words.live}
        </button>
      )}
    </span>
  );
}

function Sound() {
  const words = playbackWords.value;
  const isOff = isMuted.value || volume.value === 0;
  return (
    <div class="playback-sound">
      <Button
        icon={isOff ? "soundOff" : "sound"}
        label={isOff ? words.unmute : words.mute}
        testid="mute"
        keyName="m"
        onClick={toggleMute}
      />
      <input
        type="range"
        class="playback-volume roomy"
        aria-label={words.volume}
        min="0"
        max="1"
        step="0.05"
        value={isMuted.value ? 0 : volume.value}
        onInput={(event) => setVolume(Number(event.currentTarget.value))}
      />
    </div>
  );
}
