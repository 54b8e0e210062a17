// The header's downloads: what can be made of the recording, and every stored track as a link.

import { DownloadMenu } from "../downloads/download-menu.tsx";
import { timeText } from "./core/time-text.ts";
import { api, recording, ticket } from "./playback-state.ts";
import { words as playbackWords } from "./words.ts";

export function PlaybackDownloads() {
  const words = playbackWords.value;
  const { id, title, room, tracks, people, isGrowing } = recording.value;
  const nameOf = (participant: string) => people.find((person) => person.id === participant)?.name ?? "";
  return (
    <DownloadMenu
      api={api}
      id={id}
      title={title || room}
      ticket={ticket}
      isGrowing={isGrowing}
      class="round small"
      label={words.download}
    >
      {tracks.length > 0 &&
        tracks.map((track) => (
          <a
            key={track.file}
            class="menu-item"
            href={api.fileUrl(id, track.file, ticket.value)}
            download={track.file}
          >
            <span>{words.trackOf(words.kinds[track.kind], nameOf(track.participant))}</span>
            <span class="soft downloads-more">{timeText(track.from)}</span>
          </a>
        ))}
    </DownloadMenu>
  );
}
