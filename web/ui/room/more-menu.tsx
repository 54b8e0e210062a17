// Everything that is not needed every minute.

import { Icon, type IconName } from "../common/icons.tsx";
import { Popover } from "../common/popover.tsx";
import { t } from "../i18n/index.ts";
import { isHost, local, self } from "../state/meeting.ts";
import { copyInvitation } from "./invitation.ts";
import { pictures } from "./pictures.ts";
import {
  canShare,
  choosePictures,
  dialog,
  type RoomDialog,
  stage,
  toggleFullScreen,
  toggleHand,
  toggleLayout,
  toggleShare,
} from "./room-state.ts";

interface ItemProps {
  icon: IconName;
  label: string;
  keyName?: string;
  testid?: string;
  class?: string;
  onClick: () => void;
}

function Item({ icon, label, keyName, testid, class: kind = "", onClick }: ItemProps) {
  return (
    <button
      type="button"
      class={`menu-item ${kind}`}
      data-testid={testid}
      aria-keyshortcuts={keyName}
      onClick={onClick}
    >
      <Icon name={icon} size={20} />
      <span>{label}</span>
      {keyName && <kbd>{keyName}</kbd>}
    </button>
  );
}

export function MoreMenu() {
  const words = t.value.room;
  const isHandUp = self.value?.isHandUp ?? false;
  const isSoundOnly = pictures.value === "none";
  const open = (which: RoomDialog) => () => {
    dialog.value = which;
  };
  return (
    <Popover label={words.more} icon="more" class="round" testid="more">
      {canShare && (
        <Item
          icon="share"
          label={local.value.screen.on ? words.stopShare : words.share}
          keyName="d"
          class="narrow-only"
          onClick={toggleShare}
        />
      )}
      <Item
        icon={stage.value ? "layout" : "speaker"}
        label={stage.value ? words.toGallery : words.toSpeaker}
        keyName="w"
        class="narrow-only"
        onClick={toggleLayout}
      />
      <Item
        icon="hand"
        label={isHandUp ? words.lowerHand : words.raiseHand}
        keyName="r"
        class="narrow-only"
        testid="hand-item"
        onClick={toggleHand}
      />
      <Item
        icon={isSoundOnly ? "camera" : "cameraOff"}
        label={isSoundOnly ? words.allPictures : words.pictures.none}
        testid="sound-only"
        onClick={() => choosePictures(isSoundOnly ? "all" : "none")}
      />
      <Item icon="copy" label={words.copyInvite} onClick={() => void copyInvitation()} />
      <Item
        icon="expand"
        label={words.fullScreen}
        keyName="s"
        testid="full-screen"
        onClick={toggleFullScreen}
      />
      <Item icon="edit" label={words.rename} testid="rename" onClick={open("rename")} />
      <Item icon="settings" label={words.settings} testid="settings" onClick={open("settings")} />
      <Item icon="help" label={words.help} keyName="?" testid="help" onClick={open("help")} />
      {isHost.value && (
        <Item icon="close" label={words.end} testid="end" class="danger-text" onClick={open("end")} />
      )}
    </Popover>
  );
}
