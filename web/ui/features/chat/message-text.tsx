// What somebody wrote, its web addresses as links.

import { partsOf } from "./chat-text.ts";

export function MessageText({ text, class: name = "message-text" }: { text: string; class?: string }) {
  return (
    <p class={name}>
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
