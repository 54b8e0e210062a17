// The bottom bar. Every key of the room is a button here or in its menu.

import "./control-bar.css";
import { DeviceMenu } from "../common/device-menu.tsx";
import { features } from "../features/features.ts";
import { local, meeting, self, snapshot } from "../state/meeting.ts";
import { BarButton } from "./bar-button.tsx";
import { MoreMenu } from "./more-menu.tsx";
import { MutedHint } from "./muted-hint.tsx";
import {
  canShare,
  hasStage,
  maySend,
  panel,
  toggleCamera,
  toggleHand,
  toggleLayout,
  toggleMicrophone,
  togglePanel,
  toggleShare,
  unread,
} from "./room-state.ts";
import { roomWords } from "./words.ts";

export function ControlBar() {
  const words = roomWords.value;
  const count = snapshot.value.participants.length;
  return (
    <footer class="control-bar">
      {maySend("microphone") && (
        <div class="bar-group">
          <Microphone />
          <Camera />
        </div>
      )}
      <div class="bar-group">
        <Share />
        <Hand />
        <BarButton
          icon="people"
          label={`${words.people} (${count})`}
          testid="people"
          action="people"
          pressed={panel.value === "people"}
          onClick={() => togglePanel("people")}
        />
        <BarButton
          icon="chat"
          label={unread.value > 0 ? `${words.chat}, ${words.unread(unread.value)}` : words.chat}
          testid="chat"
          action="chat"
          pressed={panel.value === "chat"}
          badge={unread.value}
          onClick={() => togglePanel("chat")}
        />
        <BarButton
          icon={hasStage.value ? "layout" : "speaker"}
          label={hasStage.value ? words.toGallery : words.toSpeaker}
          testid="layout"
          action="layout"
          class="roomy"
          onClick={toggleLayout}
        />
        {features.map(({ name, Control }) => Control && <Control key={name} />)}
        <MoreMenu />
      </div>
      <BarButton
        icon="leave"
        label={words.leave}
        testid="leave"
        kind="danger"
        onClick={() => void meeting.leave()}
      />
    </footer>
  );
}

function Microphone() {
  const words = roomWords.value;
  const { on } = local.value.microphone;
  return (
    <div class="split">
      <MutedHint />
      <BarButton
        icon={on ? "mic" : "micOff"}
        label={on ? words.mute : words.unmute}
        testid="mic"
        action="mic"
        pressed={on}
        {...(!on && { kind: "off" as const })}
        onClick={toggleMicrophone}
      />
      <DeviceMenu kinds={["microphone", "speaker"]} label={words.soundDevices} testid="mic-devices" />
    </div>
  );
}

function Camera() {
  const words = roomWords.value;
  const { on } = local.value.camera;
  return (
    <div class="split">
      <BarButton
        icon={on ? "camera" : "cameraOff"}
        label={on ? words.cameraOff : words.cameraOn}
        testid="camera"
        action="camera"
        pressed={on}
        {...(!on && { kind: "off" as const })}
        onClick={toggleCamera}
      />
      <DeviceMenu kinds={["camera"]} label={words.cameras} testid="camera-devices" />
    </div>
  );
}

function Hand() {
  const words = roomWords.value;
  const isUp = self.value?.isHandUp ?? false;
  return (
    <BarButton
      icon="hand"
      label={isUp ? words.lowerHand : words.raiseHand}
      testid="hand"
      action="hand"
      class="roomy"
      pressed={isUp}
      {...(isUp && { kind: "active" as const })}
      onClick={toggleHand}
    />
  );
}

function Share() {
  const words = roomWords.value;
  if (!canShare || !maySend("screen")) return null;
  const { on } = local.value.screen;
  return (
    <BarButton
      icon="share"
      label={on ? words.stopShare : words.share}
      testid="share"
      action="share"
      class="roomy"
      pressed={on}
      {...(on && { kind: "active" as const })}
      onClick={toggleShare}
    />
  );
}
