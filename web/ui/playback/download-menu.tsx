// Every stored track as a link.

import { Popover } from "../common/popover.tsx";
import { t } from "../i18n/index.ts";
import { timeText } from "./core/time-text.ts";
import { api, recording, ticket } from "./playback-state.ts";

export function DownloadMenu() {
  const words = t.value.playback;
  const { id, tracks, people } = recording.value;
  const nameOf = (participant: string) => people.find((person) => person.id === participant)?.name ?? "";
  return (
    <Popover label={words.download} icon="download" class="round small" testid="download">
      {tracks.map((track) => (
        <a
          key={track.file}
          class="menu-item"
          href={api.fileUrl(id, track.file, ticket.value)}
          download={track.file}
        >
          <span>{words.trackOf(words.kinds[track.kind], nameOf(track.participant))}</span>
          <span class="soft playback-from">{timeText(track.from)}</span>
        </a>
      ))}
    </Popover>
  );
}
