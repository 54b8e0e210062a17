// Which page stands at this address. `/` is the host's desk, `/r/NAME` a room. Most people arrive at
// a room: that page comes with the first file, the other ones when they are needed.

import { lazy, Suspense } from "preact/compat";
import { Toasts } from "./common/toasts.tsx";
import { MeetingPage } from "./join/meeting-page.tsx";

const HomePage = lazy(() => import("./home/home-page.tsx").then((module) => module.HomePage));

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
