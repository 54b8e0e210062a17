// A recording's downloads: what is made on request with how far it is, what is there at once, and, where
// they are known, the tracks.

import "./downloads.css";
import type { ReadonlySignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { MadeFile, RecordingApi } from "../../sdk/index.ts";
import { Icon } from "../common/icons.tsx";
import { Popover } from "../common/popover.tsx";
import { sizeText } from "../common/size-text.ts";
import { language } from "../i18n/index.ts";
import { timeText } from "../playback/core/time-text.ts";
import { Downloads } from "./downloads.ts";
import { words } from "./words.ts";

const kOffered = ["720p.mp4", "1080p.mp4", "sound.m4a", "everything.zip"] as const;

interface DownloadMenuProps {
  api: RecordingApi;
  id: string;
  /** What files are called by. */
  title: string;
  /** Lets the browser follow links; null until it is known. */
  ticket: ReadonlySignal<string | null>;
  /** Still being recorded. */
  isGrowing: boolean;
  class: string;
  label: string;
  onOpen?: () => void;
  /** Links to single tracks. */
  children?: ComponentChildren;
}

/** What no system lets stand in a file's name. */
const nameFor = (title: string, file: string) => `${title.replace(/[\\/:*?"<>|]/g, "_")} ${file}`;

export function DownloadMenu(props: DownloadMenuProps) {
  return (
    <Popover label={props.label} icon="download" class={props.class} testid="download">
      <Menu {...props} />
    </Popover>
  );
}

function Menu(props: DownloadMenuProps) {
  const { api, id, title, ticket, isGrowing, onOpen, children } = props;
  const text = words.value;
  useEffect(() => onOpen?.(), [onOpen]);
  const link = (file: string) => ({
    href: api.fileUrl(id, file, ticket.value),
    download: nameFor(title, file),
  });
  return (
    <div class="downloads">
      {isGrowing ? (
        <p class="popover-text soft">{text.later}</p>
      ) : (
        <MadeFiles api={api} id={id} title={title} ticket={ticket} />
      )}
      <a class="menu-item" data-testid="download-subtitles" {...link("subtitles.vtt")}>
        <span>{text.subtitles}</span>
      </a>
      <a class="menu-item" data-testid="download-chat" {...link("chat.txt")}>
        <span>{text.chat}</span>
      </a>
      {children && (
        <>
          <h2 class="downloads-part">{text.tracks}</h2>
          {children}
        </>
      )}
    </div>
  );
}

type MadeProps = Pick<DownloadMenuProps, "api" | "id" | "title" | "ticket">;

/** What was asked for is awaited while the page stands, whether its menu is open or not. */
const kept = new Map<string, Downloads>();

function downloadsOf(api: RecordingApi, id: string): Downloads {
  const downloads = kept.get(id) ?? new Downloads(api, id);
  kept.set(id, downloads);
  return downloads;
}

function MadeFiles({ api, id, title, ticket }: MadeProps) {
  const downloads = downloadsOf(api, id);
  useEffect(() => {
    downloads.save = (file) => follow(api.fileUrl(id, file, ticket.value), nameFor(title, file));
  }, [downloads, api, id, title, ticket]);
  useEffect(() => {
    downloads.watch(true);
    return () => downloads.watch(false);
  }, [downloads]);
  return (
    <>
      {kOffered.map((file) => (
        <MadeFileRow
          key={file}
          file={file}
          downloads={downloads}
          href={api.fileUrl(id, file, ticket.value)}
          name={nameFor(title, file)}
        />
      ))}
    </>
  );
}

interface RowProps {
  file: MadeFile;
  downloads: Downloads;
  href: string;
  name: string;
}

function MadeFileRow({ file, downloads, href, name }: RowProps) {
  const text = words.value;
  const label = text.files[file];
  const made = downloads.of(file);
  if (made?.state === "done") {
    return (
      <a class="menu-item" data-testid={`done-${file}`} href={href} download={name}>
        <span>{label}</span>
        <span class="soft downloads-more">{sizeText(made.size ?? 0, language.value)}</span>
      </a>
    );
  }
  if (made?.state === "queued" || made?.state === "running") {
    const percent = made.percent ?? 0;
    const left = made.seconds_left == null ? "" : timeText(made.seconds_left);
    const isRunning = made.state === "running";
    return (
      <div class="menu-item downloads-running" data-testid={`running-${file}`}>
        <span>{label}</span>
        <span class="soft downloads-more" data-testid={`progress-${file}`}>
          {isRunning ? text.running(percentText(percent), left) : text.queued}
        </span>
        <button
          type="button"
          class="button quiet icon"
          data-testid={`cancel-${file}`}
          aria-label={text.cancel(label)}
          title={text.cancel(label)}
          onClick={() => void downloads.cancel(file)}
        >
          <Icon name="close" size={16} />
        </button>
        <progress max={100} value={isRunning ? percent : 0} aria-label={label} />
      </div>
    );
  }
  return (
    <button
      type="button"
      class="menu-item stays"
      data-testid={`make-${file}`}
      onClick={() => void downloads.ask(file)}
    >
      <span>{label}</span>
      <span class={made ? "downloads-more danger-text" : "soft downloads-more"}>
        {made ? text.failed : text.make}
      </span>
    </button>
  );
}

function percentText(percent: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent" }).format(percent / 100);
}

/** As if its link had been clicked. */
function follow(href: string, name: string): void {
  Object.assign(document.createElement("a"), { href, download: name }).click();
}
