// The room: header, pictures, bar, at most one panel, dialogs.

import "./room.css";
import { useEffect } from "preact/hooks";
import { Icon } from "../common/icons.tsx";
import { connectFeatures, features } from "../features/features.ts";
import { snapshot } from "../state/meeting.ts";
import { Banner } from "./banner.tsx";
import { ControlBar } from "./control-bar.tsx";
import { copyInvitation } from "./invitation.ts";
import { PicturesMark } from "./pictures-mark.tsx";
import { QualityButton } from "./quality-button.tsx";
import { RoomDialogs } from "./room-dialogs.tsx";
import { resetRoom } from "./room-state.ts";
import { SidePanel } from "./side-panel.tsx";
import { Stage } from "./stage.tsx";
import { useAnnouncements } from "./use-announcements.ts";
import { useRoomKeys } from "./use-room-keys.ts";
import { useSound } from "./use-sound.ts";
import { useSpeaking } from "./use-speaking.ts";
import { roomWords } from "./words.ts";

export function RoomPage() {
  const { room } = snapshot.value;
  const words = roomWords.value;
  const sound = useSound();
  useSpeaking();
  useRoomKeys();
  useAnnouncements();
  useEffect(() => {
    const disconnect = connectFeatures();
    return () => {
      disconnect();
      resetRoom();
    };
  }, []);
  return (
    <div class="room">
      <header class="room-header">
        <h1 class="room-title">{room?.title || room?.name}</h1>
        {features.map(({ name, Mark }) => Mark && <Mark key={name} />)}
        <PicturesMark />
        <QualityButton />
        <button
          type="button"
          class="button quiet wide-only"
          data-testid="copy-invite"
          onClick={() => void copyInvitation()}
        >
          <Icon name="copy" size={18} />
          {words.copyInvite}
        </button>
      </header>
      <div class="notices">
        <Banner />
        <div class="notices" aria-live="polite">
          {features.map(({ name, Notice }) => Notice && <Notice key={name} />)}
        </div>
      </div>
      <div class="room-body">
        <main class="room-main">
          <Stage />
          {sound.isBlocked && (
            <button type="button" class="button primary big hear" data-testid="hear" onClick={sound.unblock}>
              {words.hear}
            </button>
          )}
        </main>
        <SidePanel />
      </div>
      <ControlBar />
      <RoomDialogs />
      {features.map(({ name, Over }) => Over && <Over key={name} />)}
    </div>
  );
}
