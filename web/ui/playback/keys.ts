// Which key does what on the playback page. Never with Ctrl, Alt or Meta held.

export type PlaybackAction =
  | {
      readonly kind:
        | "toggle"
        | "layout"
        | "fullScreen"
        | "chat"
        | "lanes"
        | "help"
        | "mute"
        | "slower"
        | "faster"
        | "escape";
    }
  | { readonly kind: "skip"; readonly seconds: number }
  | { readonly kind: "jump"; readonly share: number };

type Press = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "isComposing">;

const kActions: ReadonlyMap<string, PlaybackAction> = new Map(
  Object.entries<PlaybackAction>({
    " ": { kind: "toggle" },
    k: { kind: "toggle" },
    ArrowLeft: { kind: "skip", seconds: -5 },
    ArrowRight: { kind: "skip", seconds: 5 },
    j: { kind: "skip", seconds: -10 },
    l: { kind: "skip", seconds: 10 },
    f: { kind: "fullScreen" },
    m: { kind: "mute" },
    c: { kind: "chat" },
    t: { kind: "lanes" },
    w: { kind: "layout" },
    ",": { kind: "slower" },
    ".": { kind: "faster" },
    "<": { kind: "slower" },
    ">": { kind: "faster" },
    "?": { kind: "help" },
    Escape: { kind: "escape" },
    Home: { kind: "jump", share: 0 },
    End: { kind: "jump", share: 1 },
  }),
);

export function playbackAction(press: Press): PlaybackAction | null {
  if (press.ctrlKey || press.altKey || press.metaKey || press.isComposing) return null;
  if (/^[0-9]$/.test(press.key)) return { kind: "jump", share: Number(press.key) / 10 };
  return kActions.get(press.key.length === 1 ? press.key.toLowerCase() : press.key) ?? null;
}

export const kSpeeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The next speed up (1) or down (-1), at most the last one. */
export function nextSpeed(speed: number, direction: 1 | -1): number {
  const index = kSpeeds.findIndex((each) => each >= speed);
  return kSpeeds[Math.min(Math.max(index + direction, 0), kSpeeds.length - 1)] ?? 1;
}
