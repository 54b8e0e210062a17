// A room's address: checks the link, shows the join page, then the room, then how it ended. The room's
// code is fetched while the person looks into the mirror.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { browserEnvironment, type ErrorCode, HostApi, type RoomCheck } from "../../sdk/index.ts";
import { lazy } from "../common/lazy.tsx";
import { Preferences } from "../common/preferences.tsx";
import { codeOf, wordsOf } from "../common/problem.tsx";
import { t } from "../i18n/index.ts";
import { invite, meeting, snapshot } from "../state/meeting.ts";
import { savedName } from "../state/names.ts";
import { JoinPage } from "./join-page.tsx";

const loadRoom = () => import("../room/room-page.tsx");
const loadGone = () => import("./gone.tsx");
const RoomPage = lazy(() => loadRoom().then((module) => module.RoomPage));
const Gone = lazy(() => loadGone().then((module) => module.Gone));
const PasteLink = lazy(() => import("../common/paste-link.tsx").then((module) => module.PasteLink));
const WaitPage = lazy(() => import("../features/lobby/wait-page.tsx").then((module) => module.WaitPage));
const api = new HostApi(browserEnvironment());
// The passcode, for whoever comes again from this page.
let typed = "";
// A server that was away is asked again by itself after so long.
const kAgainMs = 2_000;

type Link =
  | { readonly name: "checking" }
  | { readonly name: "good"; readonly room: RoomCheck }
  /** Neither an invitation nor a host's token: the address alone lets nobody in. */
  | { readonly name: "missing" }
  | { readonly name: "bad"; readonly code: ErrorCode };

/** A host's own token beats the invitation, so that hosts are hosts by any link. */
function access(): { token: string } | { invite: string } {
  const { token } = api;
  return token ? { token } : { invite: invite() };
}

async function check(room: string): Promise<Link> {
  const { token } = api;
  if (!token && !invite()) return { name: "missing" };
  try {
    return { name: "good", room: await api.checkRoom(room, access()) };
  } catch (error) {
    const code = codeOf(error);
    if (token && (code === "token_expired" || code === "token_invalid")) {
      // Must not keep out whom the invitation lets in, today or at the next visit.
      api.forget();
      if (invite()) return check(room);
    }
    return { name: "bad", code };
  }
}

export function MeetingPage({ room }: { room: string }) {
  const [link, setLink] = useState<Link>({ name: "checking" });
  const [resuming, setResuming] = useState(true);

  useEffect(() => {
    void check(room).then(setLink);
    void meeting
      .resume(room)
      .catch(() => false)
      .then(() => setResuming(false));
    void loadRoom();
    // At once too: when it is needed, the server may be gone.
    void loadGone();
  }, [room]);
  useEffect(() => {
    if (link.name !== "bad" || link.code !== "server_unreachable") return;
    const timer = setTimeout(() => void check(room).then(setLink), kAgainMs);
    return () => clearTimeout(timer);
  }, [link, room]);
  useEffect(() => {
    document.title =
      link.name === "good" ? `${link.room.title || room} · ${t.value.product}` : t.value.product;
  }, [link, room]);

  const { state } = snapshot.value;
  if (state.name === "joined" || state.name === "reconnecting") {
    return <RoomPage />;
  }
  if (state.name === "waiting") {
    return <WaitPage title={state.title || room} place={state.place} announcement={state.announcement} />;
  }
  if (resuming) return null;
  if (state.name === "left")
    return (
      <Gone
        reason={state.reason}
        message={state.message}
        room={room}
        onAgain={() => meeting.join(joinAs(room))}
        api={link.name === "good" && link.room.role === "host" ? api : null}
      />
    );
  if (link.name === "missing") return <LinkMissing />;
  if (link.name === "bad")
    return <LinkRefused code={link.code} onAgain={() => void check(room).then(setLink)} />;
  return (
    <JoinPage
      title={link.name === "good" ? link.room.title || room : room}
      people={link.name === "good" ? link.room.participants : null}
      watches={link.name === "good" ? link.room.role === "attendee" : null}
      passcode={link.name === "good" ? link.room.passcode : false}
      onJoin={(name, passcode) => {
        typed = passcode;
        return meeting.join({ ...joinAs(room), name });
      }}
    />
  );
}

function LinkMissing() {
  const { title, why, remedy } = t.value.paste;
  return (
    <LinkTrouble title={title} testid="link-missing" pastes>
      <p>{why}</p>
      <p class="soft">{remedy}</p>
    </LinkTrouble>
  );
}

function LinkRefused({ code, onAgain }: { code: ErrorCode; onAgain: () => void }) {
  const [what = "", remedy] = wordsOf(code);
  const isWrong = code === "link_invalid";
  return (
    <LinkTrouble title={what} testid="problem" pastes={isWrong}>
      <p>{remedy}</p>
      {!isWrong && (
        <div class="row">
          <button type="button" class="button primary" onClick={onAgain}>
            {t.value.tryAgain}
          </button>
          <a class="button quiet" href="/">
            {t.value.toHome}
          </a>
        </div>
      )}
    </LinkTrouble>
  );
}

interface LinkTroubleProps {
  title: string;
  testid: string;
  /** Whether another link helps. */
  pastes: boolean;
  children: ComponentChildren;
}

function LinkTrouble({ title, testid, pastes, children }: LinkTroubleProps) {
  return (
    <main class="page narrow">
      <header class="page-header">
        <span class="brand">{t.value.product}</span>
        <Preferences />
      </header>
      <div class="card stack" data-testid={testid} role="alert">
        <h1>{title}</h1>
        {children}
        {pastes && <PasteLink />}
      </div>
    </main>
  );
}

function joinAs(room: string) {
  return { room, name: savedName(), passcode: typed, ...access() };
}
