// The mirror before the door: name, camera, microphone, devices, Join. Nothing here is needed to join but
// a name.

import { useEffect, useRef, useState } from "preact/hooks";
import { browserEnvironment, LevelMeter } from "../../sdk/index.ts";
import { DeviceSelect } from "../common/device-select.tsx";
import { Icon } from "../common/icons.tsx";
import { lazy } from "../common/lazy.tsx";
import { Preferences } from "../common/preferences.tsx";
import { DeviceProblem, Problem, wordsOf } from "../common/problem.tsx";
import { VideoView } from "../common/video-view.tsx";
import { t } from "../i18n/index.ts";
import { local, meeting, snapshot } from "../state/meeting.ts";
import { cleanName, savedName, saveName } from "../state/names.ts";
import { noteWish, openWished } from "../state/wishes.ts";

interface JoinPageProps {
  title: string;
  /** Who is there already; null while unknown. */
  people: number | null;
  /** One is in the audience, and asked for nothing to be seen or heard by; null while unknown. */
  watches: boolean | null;
  /** It asks for one. */
  passcode: boolean | undefined;
  onJoin: (name: string, passcode: string) => Promise<void>;
}

const PasscodeField = lazy(() => import("./passcode-field.tsx").then((module) => module.PasscodeField));

function Meter({ track }: { track: MediaStreamTrack | null }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!track) return;
    const meter = new LevelMeter(browserEnvironment(), track);
    let frame = 0;
    const draw = () => {
      bar.current?.style.setProperty("--level", String(meter.level()));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => {
      cancelAnimationFrame(frame);
      meter.close();
    };
  }, [track]);
  return <div ref={bar} class="meter" role="img" aria-label={t.value.join.level} data-testid="meter" />;
}

export function Preview() {
  const { camera, microphone } = local.value;
  const words = t.value.join;
  return (
    <div class="preview">
      {camera.stream ? (
        <VideoView stream={camera.stream} mirrored label={words.preview} />
      ) : (
        <span class="preview-empty">{camera.opening ? words.cameraStarting : words.cameraOff}</span>
      )}
      <div class="preview-bar">
        <Toggle kind="microphone" on={microphone.on && !microphone.error} />
        <Meter track={microphone.on ? microphone.track : null} />
        <Toggle kind="camera" on={camera.on && !camera.error} />
      </div>
    </div>
  );
}

function Toggle({ kind, on }: { kind: "microphone" | "camera"; on: boolean }) {
  const words = t.value.join;
  const isMic = kind === "microphone";
  const label = isMic
    ? on
      ? words.turnMicOff
      : words.turnMicOn
    : on
      ? words.turnCameraOff
      : words.turnCameraOn;
  return (
    <button
      type="button"
      class={on ? "round" : "round off"}
      aria-pressed={on}
      aria-label={label}
      title={label}
      data-testid={isMic ? "mic" : "camera"}
      onClick={() => {
        noteWish(kind, !on);
        void meeting.media.setOn(kind, !on);
      }}
    >
      <Icon name={isMic ? (on ? "mic" : "micOff") : on ? "camera" : "cameraOff"} />
    </button>
  );
}

/** What keeps the devices from working; the same reason for both is told once. */
function DeviceProblems() {
  const { camera, microphone } = local.value;
  const words = t.value.join;
  if (!camera.error && !microphone.error) return null;
  const isSame = camera.error === microphone.error;
  return (
    <div class="stack">
      {microphone.error && (
        <DeviceProblem
          device={isSame ? words.bothDevices : words.microphone}
          code={microphone.error}
          onRetry={() => void (isSame ? meeting.media.openBoth() : meeting.media.setOn("microphone", true))}
        />
      )}
      {camera.error && !isSame && (
        <DeviceProblem
          device={words.camera}
          code={camera.error}
          onRetry={() => void meeting.media.setOn("camera", true)}
        />
      )}
      <p class="soft">{words.noDevices}</p>
    </div>
  );
}

export function JoinPage({ title, people, watches, passcode: asks, onJoin }: JoinPageProps) {
  const words = t.value.join;
  const [name, setName] = useState(savedName());
  const [passcode, setPasscode] = useState("");
  const { state } = snapshot.value;
  // Pressed before it is known who only watches: whoever does not would be in without camera and microphone.
  const [isPressed, setPressed] = useState(false);
  const joining = state.name === "connecting" || isPressed;
  // Why the last join failed, or a meeting that could not be come back to.
  const problem = state.name === "failed" ? state.code : null;
  // Until one is in: what was typed stays, whatever comes of it.
  const asked = useRef(false);
  asked.current ||= asks || problem?.startsWith("passcode") || false;
  const why = problem && (problem === "forbidden" ? words.keptOut : wordsOf(problem));

  useEffect(() => {
    meeting.prepare();
    if (watches === false) openWished();
  }, [watches]);

  const join = async () => {
    const clean = cleanName(name);
    saveName(clean);
    // The reason is in the snapshot.
    await onJoin(clean, passcode).catch(() => {});
  };
  useEffect(() => {
    if (!isPressed || watches === null) return;
    setPressed(false);
    void join();
  }, [isPressed, watches]);

  return (
    <main class={watches ? "page narrow" : "page join"}>
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <div class={watches ? "card" : "join-columns"}>
        {!watches && <Preview />}
        <form
          class="join-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (watches === null) setPressed(true);
            else void join();
          }}
        >
          <div>
            <h1>{title}</h1>
            <p class="soft">{people === null ? "\u00a0" : words.someoneThere(people)}</p>
          </div>
          <label class="field">
            <span>{words.name}</span>
            <input
              class="input"
              data-testid="name"
              value={name}
              maxLength={64}
              placeholder={words.nameHint}
              autocomplete="name"
              required
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          {asked.current ? (
            <PasscodeField problem={problem} why={why} onInput={setPasscode} />
          ) : (
            why && <Problem bad words={why} />
          )}
          <button
            type="submit"
            class="button primary big"
            data-testid="join"
            disabled={joining || cleanName(name) === ""}
          >
            {joining ? words.joining : words.join}
          </button>
          <DeviceProblems />
        </form>
        {!watches && (
          <div class="join-devices">
            <DeviceSelect kind="microphone" label={words.microphone} />
            <DeviceSelect kind="camera" label={words.camera} />
            <DeviceSelect kind="speaker" label={words.speaker} />
          </div>
        )}
      </div>
    </main>
  );
}
