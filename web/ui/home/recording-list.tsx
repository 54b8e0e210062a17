// What was recorded: play, download, rename, delete. A server that does not record shows nothing of it.

import { signal, useSignal } from "@preact/signals";
import { useCallback, useEffect, useMemo } from "preact/hooks";
import { type HostApi, type ListedRecording, RecordingApi, type RecordingUpload } from "../../sdk/index.ts";
import { attempt } from "../common/attempt.ts";
import { Confirm } from "../common/dialog.tsx";
import { Icon } from "../common/icons.tsx";
import { NameDialog } from "../common/name-dialog.tsx";
import { sizeText } from "../common/size-text.ts";
import { DownloadMenu } from "../downloads/download-menu.tsx";
import { words as downloadWords } from "../downloads/words.ts";
import { language } from "../i18n/index.ts";
import { timeText } from "../playback/core/time-text.ts";
import { toast } from "../state/toasts.ts";
import { anything, filterOf, RecordingSearch, type Search } from "./recording-search.tsx";
import { words } from "./words.ts";

/** Null while unknown, and where the server has no recordings to tell of. */
const recordings = signal<readonly ListedRecording[] | null>(null);
const renaming = signal<ListedRecording | null>(null);
const deleting = signal<ListedRecording | null>(null);

const kNewsMs = 5_000;

// One that is locked tells neither.
const nameOf = ({ title, room, id }: ListedRecording) => title || room || id;

const search = signal(anything);

async function refresh(api: HostApi): Promise<void> {
  const asked = search.value;
  const found = await api.recordings(filterOf(asked)).catch(() => null);
  // Something else may have been asked for meanwhile; a server that is away takes nothing from the page.
  if (found && asked === search.value) recordings.value = found;
}

/** It changes without anybody's doing here. */
const isUnderWay = ({ state, upload }: ListedRecording) =>
  state === "recording" || (upload !== undefined && upload.state !== "done");

/** While there is something under way, and when somebody comes back to the page: from the room, say. */
function useNews(api: HostApi): void {
  useEffect(() => {
    const look = () => void refresh(api);
    const timer = setInterval(() => {
      if (!document.hidden && recordings.value?.some(isUnderWay)) look();
    }, kNewsMs);
    const handleVisible = () => {
      if (!document.hidden) look();
    };
    document.addEventListener("visibilitychange", handleVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", handleVisible);
    };
  }, [api]);
}

function look(api: HostApi, wanted: Search): void {
  search.value = wanted;
  void refresh(api);
}

/** What the server refuses is told; the list shows what is so either way. */
async function change(api: HostApi, request: Promise<void>, done?: string): Promise<void> {
  if ((await attempt(request)) && done) toast(done);
  await refresh(api);
}

export function RecordingList({ api }: { api: HostApi }) {
  useEffect(() => {
    recordings.value = null;
    look(api, anything);
  }, [api]);
  useNews(api);
  const files = useMemo(() => new RecordingApi(() => api.token), [api]);
  const text = words.value;
  const list = recordings.value;
  if (!list) return null;
  const isSearch = search.value !== anything;
  const stored = list.reduce((sum, { size }) => sum + size, 0);
  return (
    <section class="stack" aria-label={text.recordings} data-testid="recordings">
      <h2>
        {text.recordings}
        {stored > 0 && !isSearch && (
          <span class="soft recordings-stored" data-testid="stored">
            {text.stored(sizeText(stored, language.value))}
          </span>
        )}
      </h2>
      {(isSearch || list.length > 0) && <RecordingSearch onSearch={(wanted) => look(api, wanted)} />}
      {list.length === 0 ? (
        <p class="soft" role="status">
          {isSearch ? text.nothingFound : text.noRecordings}
        </p>
      ) : (
        <ul class="room-list">
          {list.map((recording) => (
            <RecordingRow key={recording.id} recording={recording} files={files} />
          ))}
        </ul>
      )}
      <RecordingDialogs api={api} />
    </section>
  );
}

function uploadText({ state, percent = 0, local }: RecordingUpload): string {
  const { upload } = words.value;
  if (!local) return upload.moved;
  return state === "running" ? upload.running(percent) : upload[state];
}

function RecordingRow({ recording, files }: { recording: ListedRecording; files: RecordingApi }) {
  const text = words.value;
  const ticket = useSignal<string | null>(null);
  const { id, state, started_at_us, duration_us, expires_at } = recording;
  const name = nameOf(recording);
  const isRunning = state === "recording";
  const isLocked = state === "locked";
  const plays = !isLocked && (recording.upload?.local ?? true);
  const allowLinks = useCallback(async () => {
    ticket.value ??= await files.makeTicket(id).catch(() => null);
  }, [files, id, ticket]);
  const date = new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" });
  const day = new Intl.DateTimeFormat(language.value, { dateStyle: "medium" });
  const facts = [
    date.format(started_at_us / 1_000),
    !isLocked && timeText(duration_us / 1_000_000),
    sizeText(recording.size, language.value),
    isRunning && text.running,
    expires_at !== undefined && text.keptUntil(day.format(expires_at)),
    state === "repaired" && text.repaired,
    isLocked && text.locked,
    recording.upload && uploadText(recording.upload),
  ].filter(Boolean);
  return (
    <li class="room-row" data-testid="recording">
      <div class="room-row-text">
        <strong>{name}</strong>
        <span class="soft">{facts.join(" · ")}</span>
      </div>
      {plays && (
        <a class="button primary" href={`/recordings/${encodeURIComponent(id)}`} data-testid="play-recording">
          <Icon name="play" size={18} />
          {text.play}
        </a>
      )}
      {!isRunning && (
        <>
          {plays && (
            <DownloadMenu
              api={files}
              id={id}
              title={name}
              ticket={ticket}
              isGrowing={false}
              class="button quiet icon"
              label={downloadWords.value.downloadOf(name)}
              onOpen={allowLinks}
            />
          )}
          {!isLocked && (
            <button
              type="button"
              class="button quiet icon"
              data-testid="rename-recording"
              aria-label={`${text.rename}: ${name}`}
              title={text.rename}
              onClick={() => {
                renaming.value = recording;
              }}
            >
              <Icon name="edit" size={20} />
            </button>
          )}
          <button
            type="button"
            class="button quiet icon"
            data-testid="delete-recording"
            aria-label={`${text.delete}: ${name}`}
            title={text.delete}
            onClick={() => {
              deleting.value = recording;
            }}
          >
            <Icon name="remove" size={20} />
          </button>
        </>
      )}
    </li>
  );
}

function RecordingDialogs({ api }: { api: HostApi }) {
  const text = words.value;
  const { value: renamed } = renaming;
  const { value: deleted } = deleting;
  if (renamed) {
    return (
      <NameDialog
        title={text.renameTitle}
        label={text.titleLabel}
        name={nameOf(renamed)}
        onSave={(title) => void change(api, api.renameRecording(renamed.id, title))}
        onClose={() => {
          renaming.value = null;
        }}
      />
    );
  }
  return (
    deleted && (
      <Confirm
        title={text.deleteQuestion(nameOf(deleted))}
        text={deleted.upload ? `${text.deleteText} ${text.deleteWithCopy}` : text.deleteText}
        action={text.delete}
        onConfirm={() => void change(api, api.deleteRecording(deleted.id), text.deleted)}
        onClose={() => {
          deleting.value = null;
        }}
      />
    )
  );
}
