// Which page stands at this address. `/` is the host's desk, `/r/NAME` a room.

import { lazy, Suspense } from "preact/compat";
import { Toasts } from "./common/toasts.tsx";

const HomePage = lazy(() => import("./home/home-page.tsx").then((module) => module.HomePage));
const MeetingPage = lazy(() => import("./join/meeting-page.tsx").then((module) => module.MeetingPage));

export function App() {
  const room = /^\/r\/([^/]+)\/?$/.exec(location.pathname)?.[1];
  return (
    <>
      <Suspense fallback={null}>
        {room ? <MeetingPage room={decodeURIComponent(room)} /> : <HomePage />}
      </Suspense>
      <Toasts />
    </>
  );
}
