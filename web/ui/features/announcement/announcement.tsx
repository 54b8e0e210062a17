import "./announcement.css";
import { Notice } from "../../common/notice.tsx";
import type { Feature } from "../feature.ts";
import { dismiss, forget, listener, shown } from "./announcement-state.ts";

function Announcement() {
  if (!shown.value) return null;
  return (
    <Notice icon="announce" testid="announcement" onDismiss={dismiss}>
      <span class="announcement">{shown.value.text}</span>
    </Notice>
  );
}

export const announcement: Feature = {
  name: "announcement",
  Notice: Announcement,
  listener,
  handleLeft: forget,
};
