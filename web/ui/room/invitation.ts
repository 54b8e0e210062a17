import { invitation, settings } from "../features/lobby/lobby-state.ts";
import { words as lobbyWords } from "../features/lobby/words.ts";
import { words as phoneWords } from "../features/phone/words.ts";
import { copyText, invitationUrl } from "../state/clipboard.ts";
import { snapshot } from "../state/meeting.ts";
import { toast } from "../state/toasts.ts";
import { roomWords } from "./words.ts";

/** How to come in by telephone: by the room's own numbers where it has any, else by the server's with the PIN. */
export interface CallIn {
  readonly numbers: readonly string[];
  /** Null: none is asked for. */
  readonly pin: string | null;
}

/** Null where no number leads in. */
export function callIn(): CallIn | null {
  const { dialIn } = snapshot.value;
  if (!dialIn) return null;
  if (dialIn.own_numbers) return { numbers: dialIn.own_numbers, pin: null };
  return dialIn.numbers.length > 0 ? dialIn : null;
}

/** What is to be typed, in words. */
export const pinText = ({ pin }: CallIn) =>
  pin === null ? phoneWords.value.noPin : roomWords.value.phonePin(pin);

export async function copyInvitation(): Promise<void> {
  const { asksPasscode, copiedAsking, linkVoid } = lobbyWords.value;
  const invite = invitation();
  if (invite === null) return toast(linkVoid);
  const asks = settings.value?.passcode ?? false;
  const lines = [invitationUrl(snapshot.value.room?.name ?? "", invite)];
  if (asks) lines.push(asksPasscode);
  const phone = callIn();
  if (phone) lines.push("", roomWords.value.byPhone, ...phone.numbers, pinText(phone));
  await copyText(lines.join("\n"), asks ? copiedAsking : roomWords.value.inviteCopied);
}

/** One tap dials, and where there is a PIN waits and types it; a number that is a SIP address goes to the SIP phone. */
export function phoneLink(number: string, pin: string | null): string {
  if (/[a-z@]/i.test(number)) return number.startsWith("sip:") ? number : `sip:${number}`;
  const dialled = `tel:${number.replace(/[^+0-9]/g, "")}`;
  return pin === null ? dialled : `${dialled},,${pin}%23`;
}
