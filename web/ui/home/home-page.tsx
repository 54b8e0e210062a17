// The host's desk: redeems the host link once, then lists, makes and deletes rooms.

import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import {
  browserEnvironment,
  type CreatedRoom,
  deleteRoom,
  type ErrorCode,
  HostApi,
  type ListedRoom,
  type RoomWish,
  renewInvitation,
} from "../../sdk/index.ts";
import { Confirm } from "../common/dialog.tsx";
import { Icon } from "../common/icons.tsx";
import { lazy } from "../common/lazy.tsx";
import { kLeastPasscode, PasscodeInput } from "../common/passcode-input.tsx";
import { PasteLink } from "../common/paste-link.tsx";
import { Preferences } from "../common/preferences.tsx";
import { codeOf, Problem, wordsOf } from "../common/problem.tsx";
import { t } from "../i18n/index.ts";
import { copyText, invitationUrl } from "../state/clipboard.ts";
import { RecordingList } from "./recording-list.tsx";
import { TrunkNotices } from "./trunk-notices.tsx";
import { words as deskWords } from "./words.ts";

type Desk =
  | { readonly name: "loading" }
  | { readonly name: "welcome" }
  | { readonly name: "link-used" }
  | { readonly name: "expired" }
  | { readonly name: "failed"; readonly code: ErrorCode }
  | { readonly name: "ready"; readonly rooms: readonly ListedRoom[] };

const api = new HostApi(browserEnvironment());
const desk = signal<Desk>({ name: "loading" });
const deleting = signal<ListedRoom | null>(null);
const reported = signal<ListedRoom | null>(null);
const renewing = signal<ListedRoom | null>(null);

const RenewDialog = lazy(() =>
  import("../features/lobby/renew-dialog.tsx").then((module) => module.RenewDialog),
);
const ReportDialog = lazy(() => import("../report/report-dialog.tsx").then((module) => module.ReportDialog));

async function open(): Promise<void> {
  const secret = new URLSearchParams(location.hash.slice(1)).get("host");
  if (secret) {
    // The secret leaves the address bar before anything else can see it.
    history.replaceState(null, "", location.pathname);
    try {
      await api.redeem(secret);
    } catch (error) {
      if (!api.token) {
        const code = codeOf(error);
        desk.value = code === "server_unreachable" ? { name: "failed", code } : { name: "link-used" };
        return;
      }
    }
  }
  await refresh();
}

async function refresh(): Promise<void> {
  if (!api.token) {
    desk.value = { name: "welcome" };
    return;
  }
  try {
    desk.value = { name: "ready", rooms: await api.rooms() };
  } catch (error) {
    const code = codeOf(error);
    if (code === "token_expired" || code === "token_invalid") {
      api.forget();
      desk.value = { name: "expired" };
    } else {
      desk.value = { name: "failed", code };
    }
  }
}

let isMaking = false;

/** Once, however often it is pressed. */
async function create(wish: RoomWish): Promise<void> {
  if (isMaking) return;
  isMaking = true;
  try {
    const room = await api.createRoom(wish);
    location.assign(invitationUrl(room.name, room.invite));
  } catch (error) {
    desk.value = { name: "failed", code: codeOf(error) };
  }
  isMaking = false;
}

async function renew(room: ListedRoom, stage: boolean): Promise<CreatedRoom> {
  const renewed = await renewInvitation(api, room.name, stage);
  await refresh();
  return renewed;
}

async function remove(room: ListedRoom): Promise<void> {
  try {
    await deleteRoom(api, room.name);
    await refresh();
  } catch (error) {
    desk.value = { name: "failed", code: codeOf(error) };
  }
}

function NewMeeting() {
  const words = deskWords.value;
  return (
    <form
      class="new-meeting card"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        const title = String(form.get("title") ?? "").trim();
        const passcode = String(form.get("passcode") ?? "").trim();
        void create({
          ...(title && { title }),
          ...(passcode && { passcode }),
          lobby: form.has("lobby"),
          webinar: form.has("webinar"),
          recording: { consent: form.has("ask") ? "ask" : "notice" },
        });
      }}
    >
      <label class="field">
        <span>{words.roomTitle}</span>
        <input
          class="input"
          name="title"
          maxLength={100}
          placeholder={words.roomTitleHint}
          autocomplete="off"
        />
      </label>
      <button type="submit" class="button primary" data-testid="new-meeting">
        <Icon name="plus" size={20} />
        {words.newMeeting}
      </button>
      <label class="choice">
        <input type="checkbox" name="webinar" data-testid="as-webinar" />
        <span>{words.webinar}</span>
      </label>
      <label class="choice">
        <input type="checkbox" name="lobby" data-testid="with-lobby" />
        <span>{words.lobby}</span>
      </label>
      <label class="choice">
        <input type="checkbox" name="ask" data-testid="ask-consent" />
        <span>{words.askConsent}</span>
      </label>
      <PasscodeInput
        label={words.passcode}
        name="passcode"
        data-testid="with-passcode"
        minLength={kLeastPasscode}
        placeholder={words.passcodeHint}
      />
    </form>
  );
}

function RoomRow({ room }: { room: ListedRoom }) {
  const words = deskWords.value;
  const url = invitationUrl(room.name, room.invite);
  const copied = room.passcode ? words.copiedAsking : words.copied;
  return (
    <li class="room-row">
      <div class="room-row-text">
        <strong>{room.title || room.name}</strong>
        <span class="soft">
          {room.title && `${room.name} · `}
          {words.people(room.participants)}
        </span>
      </div>
      <a class="button primary" href={url}>
        {words.open}
      </a>
      <button type="button" class="button" onClick={() => void copyText(url, copied)}>
        <Icon name="copy" size={18} />
        {room.stage_invite ? words.audienceLink : t.value.copyLink}
      </button>
      {room.stage_invite && <StageLink room={room.name} invite={room.stage_invite} />}
      <button
        type="button"
        class="button"
        data-testid="renew-link"
        onClick={() => {
          renewing.value = room;
        }}
      >
        {words.renewLink}
      </button>
      <button
        type="button"
        class="button"
        data-testid="room-report"
        onClick={() => {
          reported.value = room;
        }}
      >
        <Icon name="poll" size={18} />
        {words.report}
      </button>
      <button
        type="button"
        class="button quiet icon"
        aria-label={`${words.remove}: ${room.title || room.name}`}
        title={words.remove}
        onClick={() => {
          deleting.value = room;
        }}
      >
        <Icon name="remove" size={20} />
      </button>
    </li>
  );
}

/** For those who speak in a webinar. */
function StageLink({ room, invite }: { room: string; invite: string }) {
  const { stageLink, stageLinkCopied } = deskWords.value;
  return (
    <button
      type="button"
      class="button"
      data-testid="stage-link"
      onClick={() => void copyText(invitationUrl(room, invite), stageLinkCopied)}
    >
      <Icon name="copy" size={18} />
      {stageLink}
    </button>
  );
}

function Renewing({ room }: { room: ListedRoom }) {
  return (
    <RenewDialog
      room={room.name}
      hasStage={room.stage_invite !== undefined}
      onRenew={(stage) => renew(room, stage)}
      onClose={() => {
        renewing.value = null;
      }}
    />
  );
}

function DeskContent() {
  const words = deskWords.value;
  const now = desk.value;
  switch (now.name) {
    case "loading":
      return null;
    case "welcome":
      return (
        <div class="card stack">
          <h1>{words.welcome}</h1>
          <p>{words.needLink}</p>
          <p class="soft">{words.needLinkMore}</p>
          <PasteLink />
        </div>
      );
    case "link-used":
      return <Problem bad words={[words.linkUsed, words.linkUsedRemedy]} />;
    case "expired":
      return <Problem bad words={[words.expired, words.expiredRemedy]} />;
    case "failed":
      return (
        <Problem bad words={wordsOf(now.code)}>
          <div>
            <button type="button" class="button" onClick={() => void refresh()}>
              {t.value.tryAgain}
            </button>
          </div>
        </Problem>
      );
    case "ready":
      return (
        <>
          <div class="stack">
            <h1>{words.title}</h1>
            <p class="soft">{words.lead}</p>
          </div>
          <TrunkNotices api={api} />
          <NewMeeting />
          {now.rooms.length === 0 ? (
            <p class="soft">{words.none}</p>
          ) : (
            <ul class="room-list">
              {now.rooms.map((room) => (
                <RoomRow key={room.name} room={room} />
              ))}
            </ul>
          )}
          <RecordingList api={api} />
        </>
      );
  }
}

export function HomePage() {
  useEffect(() => {
    document.title = t.value.product;
    void open();
  }, []);
  const words = deskWords.value;
  const room = deleting.value;
  return (
    <main class="page">
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <DeskContent />
      {reported.value && (
        <ReportDialog
          api={api}
          room={reported.value.name}
          title={reported.value.title}
          onClose={() => {
            reported.value = null;
          }}
        />
      )}
      {renewing.value && <Renewing room={renewing.value} />}
      {room && (
        <Confirm
          title={words.removeQuestion(room.title || room.name)}
          text={words.removeText}
          action={words.remove}
          onConfirm={() => void remove(room)}
          onClose={() => {
            deleting.value = null;
          }}
        />
      )}
    </main>
  );
}
