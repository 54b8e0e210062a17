// Which page stands at this address. `/` is the host's desk, `/r/NAME` a room, `/recordings/ID` plays one. Most people arrive at
// a room: that page comes with the first file, the other ones when they are needed.

import { lazy, Suspense } from "preact/compat";
import { Toasts } from "./common/toasts.tsx";
import { MeetingPage } from "./join/meeting-page.tsx";

const HomePage = lazy(() => import("./home/home-page.tsx").then((module) => module.HomePage));

const PlaybackPage = lazy(() => import("./playback/playback-page.tsx").then((module) => module.PlaybackPage));

export function App() {
  return (
    <>
      <Suspense fallback={null}>
        <Page />
      </Suspense>
      <Toasts />
    </>
  );
}

function Page() {
  const [, kind, name = ""] = /^\/(r|recordings)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  if (kind === "r") return <MeetingPage room={decodeURIComponent(name)} />;
  return kind === "recordings" ? <PlaybackPage id={decodeURIComponent(name)} /> : <HomePage />;
}
