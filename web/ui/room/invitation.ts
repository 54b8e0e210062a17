import { t } from "../i18n/index.ts";
import { copyText, invitationUrl } from "../state/clipboard.ts";
import { invite, snapshot } from "../state/meeting.ts";

export function copyInvitation(): Promise<void> {
  const name = snapshot.value.room?.name ?? "";
  return copyText(invitationUrl(name, invite), t.value.room.inviteCopied);
}
