// The words of a chat message, its web addresses as links.

import { partsOf } from "./chat-text.ts";

export function MessageText({ text }: { text: string }) {
  return (
    <p class="message-text">
      {partsOf(text).map((part, index) =>
        "url" in part ? (
          <a key={index} href={part.url} target="_blank" rel="noopener noreferrer nofollow">
            {part.text}
          </a>
        ) : (
          part.text
        ),
      )}
    </p>
  );
}
