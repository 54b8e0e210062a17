import type { Feature } from "../feature.ts";
import { KnockNotice } from "./knock-notice.tsx";
import { forget, listener } from "./lobby-state.ts";

/** The queue itself is on the host's desk. */
export const lobby: Feature = { name: "lobby", Notice: KnockNotice, listener, handleLeft: forget };
