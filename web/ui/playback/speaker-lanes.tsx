// Who speaks when: a lane for each person. A click on a lane goes there, a click on a name to that person's
// next words.

import { Avatar } from "../common/avatar.tsx";
import { nextSpeech } from "./core/moments.ts";
import type { Person, Recording, Span } from "./core/recording.ts";
import { recording, seek, speaking, time } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

export function SpeakerLanes() {
  const words = playbackWords.value;
  const { people, duration } = recording.value;
  return (
    <section class="lanes" aria-label={words.lanes} data-testid="lanes">
      <ul>
        {people.map((person) => (
          <Lane key={person.id} person={person} recording={recording.value} />
        ))}
      </ul>
      <div class="lanes-now-frame" aria-hidden="true">
        <Now duration={duration} />
      </div>
    </section>
  );
}

function Now({ duration }: { duration: number }) {
  return <div class="lanes-now" style={{ left: `${duration > 0 ? (100 * time.value) / duration : 0}%` }} />;
}

function Lane({ person, recording }: { person: Person; recording: Recording }) {
  const { duration } = recording;
  const own = joined(
    recording.speech.filter(({ participant }) => participant === person.id),
    duration / kMostSpans,
  );
  return (
    <li class="lane" data-speaking={speaking.value.has(person.id)} data-testid="lane" data-name={person.name}>
      <button
        type="button"
        class="lane-name"
        title={playbackWords.value.nextOf(person.name)}
        onClick={() => {
          const next = nextSpeech(recording, person.id, time.value);
          if (next !== null) seek(next);
        }}
      >
        <Avatar id={person.id} name={person.name} />
        <span>{person.name}</span>
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: for keys there are the slider and the name */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: for keys there are the slider and the name */}
      <div
        class="lane-time"
        onClick={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          seek(((clientX - left) / width) * duration);
        }}
      >
        {person.present.map((span) => (
          <Bar key={`p${span.from}`} span={span} duration={duration} kind="present" />
        ))}
        {own.map((span) => (
          <Bar key={span.from} span={span} duration={duration} kind="speech" />
        ))}
      </div>
    </li>
  );
}

/** More than this many in a lane cannot be told apart. */
const kMostSpans = 400;

/** Spans with less than `gap` between them become one. */
function joined(spans: readonly Span[], gap: number): readonly Span[] {
  const result: Span[] = [];
  for (const { from, to } of spans) {
    const last = result.at(-1);
    if (last && from - last.to < gap)
      result[result.length - 1] = { from: last.from, to: Math.max(last.to, to) };
    else result.push({ from, to });
  }
  return result;
}

function Bar({ span, duration, kind }: { span: Span; duration: number; kind: string }) {
  const left = `${(100 * span.from) / duration}%`;
  const width = `${(100 * (Math.min(span.to, duration) - span.from)) / duration}%`;
  return <div class={`lane-bar ${kind}`} style={{ left, width }} />;
}
