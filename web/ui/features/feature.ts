// What a feature adds to the room: a tab of the side panel, its mark, its key. One folder each; the list
// is in features.ts, and nothing else names a feature's parts.

import type { ComponentType } from "preact";
import type { IconName } from "../common/icons.tsx";

export interface Feature {
  /** Names the tab, its panel and their test ids. */
  readonly name: string;
  readonly icon: IconName;
  /** What the tab is called, in the person's language. */
  readonly title: () => string;
  /** Beside the title: how many there are; 0 says nothing. */
  readonly count?: () => number;
  /** What is new, or waits for this person; drawn as a badge on the tab. */
  readonly waiting?: () => number;
  /** False while this room or this role has no use for it. */
  readonly isOffered?: () => boolean;
  /** The panel was opened. */
  readonly handleOpened?: () => void;
  /** Fills the panel below the tabs. */
  readonly Panel: ComponentType;
}
