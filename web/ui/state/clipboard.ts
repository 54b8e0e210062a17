import { t } from "../i18n/index.ts";
import { toast } from "./toasts.ts";

export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(done);
  } catch {
    // No permission for the clipboard: the person can still copy by hand.
    window.prompt(t.value.copyLink, text);
  }
}

/** The invitation for a room: its secret stays behind the `#`. */
export function invitationUrl(room: string, invite: string): string {
  return `${location.origin}/r/${room}#k=${invite}`;
}
