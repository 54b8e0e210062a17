import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/pages.css";
import "./styles/parts.css";
import { render } from "preact";
import { exposeForTests, Meeting } from "../sdk/index.ts";
import { App } from "./app.tsx";
import { connectMeeting } from "./state/meeting.ts";

const meeting = new Meeting();
connectMeeting(meeting);
if (new URLSearchParams(location.search).has("test")) exposeForTests(meeting);

const root = document.getElementById("app");
if (root) render(<App />, root);
