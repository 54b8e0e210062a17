import { t } from "../i18n/index.ts";
import { copyText, invitationUrl } from "../state/clipboard.ts";
import { invite, snapshot } from "../state/meeting.ts";

export function copyInvitation(): Promise<void> {
  const { room, dialIn } = snapshot.value;
  const lines = [invitationUrl(room?.name ?? "", invite)];
  if (dialIn && dialIn.numbers.length > 0) {
    const words = t.value.room;
    lines.push("", words.byPhone, ...dialIn.numbers, words.phonePin(dialIn.pin));
  }
  return copyText(lines.join("\n"), t.value.room.inviteCopied);
}

/** One tap dials, waits, and types the PIN; a number that is a SIP address goes to the SIP phone. */
export function phoneLink(number: string, pin: string): string {
  if (/[a-z@]/i.test(number)) return number.startsWith("sip:") ? number : `sip:${number}`;
  return `tel:${number.replace(/[^+0-9]/g, "")},,${pin}%23`;
}
