// Everything that is not needed every minute.

import { MenuItem } from "../common/menu-item.tsx";
import { Popover } from "../common/popover.tsx";
import { features } from "../features/features.ts";
import { local, may, self } from "../state/meeting.ts";
import { copyInvitation } from "./invitation.ts";
import { pictures } from "./pictures.ts";
import {
  canShare,
  choosePictures,
  dialog,
  hasStage,
  maySend,
  type RoomDialog,
  toggleFullScreen,
  toggleHand,
  toggleLayout,
  toggleShare,
} from "./room-state.ts";
import { roomWords } from "./words.ts";

export function MoreMenu() {
  const words = roomWords.value;
  const isHandUp = self.value?.isHandUp ?? false;
  const isSoundOnly = pictures.value === "none";
  const open = (which: RoomDialog) => () => {
    dialog.value = which;
  };
  return (
    <Popover label={words.more} icon="more" class="round" testid="more">
      {canShare && maySend("screen") && (
        <MenuItem
          icon="share"
          label={local.value.screen.on ? words.stopShare : words.share}
          keyName="d"
          class="narrow-only"
          onClick={toggleShare}
        />
      )}
      <MenuItem
        icon={hasStage.value ? "layout" : "speaker"}
        label={hasStage.value ? words.toGallery : words.toSpeaker}
        keyName="w"
        class="narrow-only"
        onClick={toggleLayout}
      />
      <MenuItem
        icon="hand"
        label={isHandUp ? words.lowerHand : words.raiseHand}
        keyName="r"
        class="narrow-only"
        testid="hand-item"
        onClick={toggleHand}
      />
      <div class="narrow-only">
        {features.map(({ name, Control, MenuLines }) => Control && MenuLines && <MenuLines key={name} />)}
      </div>
      {features.map(({ name, Control, MenuLines }) => !Control && MenuLines && <MenuLines key={name} />)}
      <MenuItem
        icon={isSoundOnly ? "camera" : "cameraOff"}
        label={isSoundOnly ? words.allPictures : words.pictures.none}
        testid="sound-only"
        onClick={() => choosePictures(isSoundOnly ? "all" : "none")}
      />
      <MenuItem icon="copy" label={words.copyInvite} onClick={() => void copyInvitation()} />
      <MenuItem
        icon="expand"
        label={words.fullScreen}
        keyName="s"
        testid="full-screen"
        onClick={toggleFullScreen}
      />
      <MenuItem icon="edit" label={words.rename} testid="rename" onClick={open("rename")} />
      <MenuItem icon="settings" label={words.settings} testid="settings" onClick={open("settings")} />
      <MenuItem icon="help" label={words.help} keyName="?" testid="help" onClick={open("help")} />
      {may("end_meeting") && (
        <MenuItem icon="close" label={words.end} testid="end" class="danger-text" onClick={open("end")} />
      )}
    </Popover>
  );
}
