// What a feature adds to the room. One folder each, with its own words; the list is in features.ts, and
// nothing else names a feature's parts.

import type { ComponentType } from "preact";
import type { RoomListener } from "../../sdk/index.ts";
import type { IconName } from "../common/icons.tsx";

/** A tab of the side panel. */
export interface Tab {
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

export interface Feature {
  /** Names the tab, its panel and their test ids. */
  readonly name: string;
  readonly tab?: Tab;
  /** Stands in the header, for everyone to see. */
  readonly Mark?: ComponentType;
  /** A line below the header, while there is something to tell. */
  readonly Notice?: ComponentType;
  /** A button of the bar, of class `roomy`: narrow bars have no room for it. */
  readonly Control?: ComponentType;
  /** There its lines stand in the menu; without a Control on wide bars, too. */
  readonly MenuLines?: ComponentType;
  /** Dialogs, and whatever else stands over the room. */
  readonly Over?: ComponentType;
  /** Hears the server while one is in the room. */
  readonly listener?: RoomListener;
  /** One is not in the room any more. */
  readonly handleLeft?: () => void;
}
