// Every feature that has a tab, in the order of the tabs.

import { chat } from "./chat/chat.ts";
import type { Feature } from "./feature.ts";
import { people } from "./people/people.ts";

export const features: readonly Feature[] = [people, chat];

export function offered(): readonly Feature[] {
  return features.filter((feature) => feature.isOffered?.() ?? true);
}
