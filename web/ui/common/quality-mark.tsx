// Four bars for the network, as a phone shows them.

import type { Quality } from "../../sdk/index.ts";
import { roomWords } from "../room/words.ts";

const kBars = [1, 2, 3, 4] as const;

export function QualityMark({ quality }: { quality: Quality }) {
  const label = roomWords.value.quality[quality];
  return (
    <span class={`quality quality-${quality}`} role="img" aria-label={label} title={label}>
      {kBars.map((bar) => (
        <span key={bar} class={bar <= quality ? "tick on" : "tick"} />
      ))}
    </span>
  );
}
