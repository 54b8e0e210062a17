// Finds the web addresses in a message. Only http and https become links; everything else stays text.

export type ChatPart = { readonly text: string } | { readonly text: string; readonly url: string };

const kAddress = /\bhttps?:\/\/[^\s<>"'`，。；：！？、）】」》]+/giu;
const kTrailing = /[.,;:!?)\]}]+$/u;

export function partsOf(message: string): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  let end = 0;
  for (const match of message.matchAll(kAddress)) {
    const text = trimAddress(match[0]);
    const url = safeUrl(text);
    if (!url) continue;
    if (match.index > end) parts.push({ text: message.slice(end, match.index) });
    parts.push({ text, url });
    end = match.index + text.length;
  }
  if (end < message.length) parts.push({ text: message.slice(end) });
  return parts;
}

/** The full stop after an address is the sentence's; a closing bracket is the address's own if it opened there. */
function trimAddress(text: string): string {
  const trimmed = text.replace(kTrailing, "");
  return text[trimmed.length] === ")" && trimmed.includes("(") ? `${trimmed})` : trimmed;
}

function safeUrl(text: string): string | null {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
