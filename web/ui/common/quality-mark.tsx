// Four bars for the network, as a phone shows them.

import type { Quality } from "../../sdk/index.ts";
import { t } from "../i18n/index.ts";

const kBars = [1, 2, 3, 4] as const;

export function QualityMark({ quality }: { quality: Quality }) {
  const label = t.value.room.quality[quality];
  return (
    <span class={`quality quality-${quality}`} role="img" aria-label={label} title={label}>
      {kBars.map((bar) => (
        <span key={bar} class={bar <= quality ? "tick on" : "tick"} />
      ))}
    </span>
  );
}
