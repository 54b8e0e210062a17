// Those who wait to be let in, as the server orders them, and what a host can do for them.

import { computed, effect, signal } from "@preact/signals";
import type {
  LobbyRules,
  LobbySettings,
  RoomListener,
  WireInvitation,
  WireWaiting,
} from "../../../sdk/index.ts";
import { attempt, refusal } from "../../common/attempt.ts";
import { chime } from "../../common/chime.ts";
import { invite, may, meeting } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import { words } from "./words.ts";

/** Null where the server has none. */
export const settings = signal<LobbySettings | null>(null);
/** Null: nothing is known but the link that one came by. */
export const links = signal<WireInvitation | null>(null);
let stopCounting: (() => void) | null = null;
const all = signal<readonly WireWaiting[]>([]);
/** Empty for those who may let nobody in. */
export const queue = computed(() => (may("manage_lobby") ? all.value : []));

export const listener: RoomListener = {
  handleRoom: ({ features }) => {
    stopCounting ??= countInTitle();
    settings.value = features?.lobby ?? null;
    if (features?.lobby?.invite) links.value = features.lobby;
    const waiting = features?.lobby?.queue ?? [];
    if (waiting.some(({ id }) => !all.value.some((known) => known.id === id))) chime("knock");
    all.value = waiting;
  },
  handleEvent: (event) => {
    switch (event.type) {
      case "lobby.knock": {
        const { waiting } = event.data;
        all.value = [...all.value.filter(({ id }) => id !== waiting.id), waiting];
        chime("knock");
        break;
      }
      case "lobby.gone":
        all.value = all.value.filter(({ id }) => id !== event.data.waiting);
        break;
      case "lobby.settings":
        if (settings.value && settings.value.locked !== event.data.locked)
          toast(event.data.locked ? words.value.nowLocked : words.value.nowUnlocked);
        settings.value = event.data;
        break;
      case "lobby.invitation":
        follow(event.data);
        break;
    }
  },
};

/** The page's own address, too, for reloads and for joining again. */
function follow(now: WireInvitation): void {
  const own = invite();
  const before = links.value;
  links.value = now;
  const next = own === before?.stage_invite ? now.stage_invite : own === before?.invite && now.invite;
  if (next && next !== own) history.replaceState(null, "", `#k=${next}`);
}

/** The secret of the link for others; null: it was renewed, and one is not told the new one. */
export function invitation(): string | null {
  const own = invite();
  if (!links.value) return own;
  return own !== "" && own === links.value.stage_invite ? own : (links.value.invite ?? null);
}

/** How many wait, in the browser's own tab, for a host who looks elsewhere. */
function countInTitle(): () => void {
  const name = () => document.title.replace(/^\(\d+\) /, "");
  const stop = effect(() => {
    const count = queue.value.length;
    document.title = count > 0 ? `(${count}) ${name()}` : name();
  });
  return () => {
    stop();
    document.title = name();
  };
}

export function forget(): void {
  stopCounting?.();
  stopCounting = null;
  settings.value = null;
  links.value = null;
  all.value = [];
}

/** Without `id` everyone. */
export function admit(id?: string): void {
  void attempt(meeting.channel.request("lobby.admit", id === undefined ? {} : { waiting: id }));
}

export function deny(id: string, message: string): Promise<readonly string[] | null> {
  return refusal(meeting.channel.request("lobby.deny", { waiting: id, ...(message && { message }) }));
}

export function setLobby(on: boolean): void {
  void attempt(meeting.channel.request("lobby.set", { on }));
}

export function removePasscode(): void {
  void attempt(meeting.channel.request("lobby.set", { passcode: "" }));
}

/** Null when it is set. */
export function setPasscode(passcode: string): Promise<readonly string[] | null> {
  return refusal(meeting.channel.request("lobby.set", { passcode }));
}

export function renewInvitation(stage: boolean): Promise<WireInvitation> {
  return meeting.channel.request("lobby.renew", { stage });
}

export function setRule(rule: keyof LobbyRules, on: boolean): void {
  void attempt(meeting.channel.request("lobby.set", { admits: { [rule]: on } }));
}

export function setLocked(locked: boolean): void {
  void attempt(meeting.channel.request("lobby.lock", { locked }));
}
