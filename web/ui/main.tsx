import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/parts.css";
import { render } from "preact";
import { Meeting, toVideoCodec } from "../sdk/index.ts";
import { App } from "./app.tsx";
import { connectMeeting } from "./state/meeting.ts";

const wish = new URLSearchParams(location.search);
// `?codec=AV1`: what the camera is sent as, for whoever wants to try another.
const meeting = new Meeting({ cameraCodec: toVideoCodec(wish.get("codec")) });
connectMeeting(meeting);
if (wish.has("test")) import("../sdk/test-hook.ts").then(({ exposeForTests }) => exposeForTests(meeting));

const root = document.getElementById("app");
if (root) render(<App />, root);
