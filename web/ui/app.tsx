// Which page stands at this address. `/` is the host's desk, `/r/NAME` a room, `/recordings/ID` plays one, `/live/ID` shows a
// meeting as it goes on. Most people arrive at a room: that page comes with the first file, the other ones when they are needed.

import { lazy } from "./common/lazy.tsx";
import { Toasts } from "./common/toasts.tsx";
import { MeetingPage } from "./join/meeting-page.tsx";

const HomePage = lazy(() => import("./home/home-page.tsx").then((module) => module.HomePage));

const NoPage = lazy(() => import("./home/no-page.tsx").then((module) => module.NoPage));

const PlaybackPage = lazy(() => import("./playback/playback-page.tsx").then((module) => module.PlaybackPage));

const LivePage = lazy(() => import("./live/live-page.tsx").then((module) => module.LivePage));

export function App() {
  return (
    <>
      <Page />
      <Toasts />
    </>
  );
}

function Page() {
  const [, kind, name = ""] = /^\/(r|recordings|live)\/([^/]+)\/?$/.exec(location.pathname) ?? [];
  if (kind === "r") return <MeetingPage room={decodeURIComponent(name)} />;
  if (kind === "live") return <LivePage id={name} />;
  if (kind === "recordings") return <PlaybackPage id={decodeURIComponent(name)} />;
  return location.pathname === "/" || location.pathname === "/index.html" ? <HomePage /> : <NoPage />;
}
