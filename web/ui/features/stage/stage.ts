import type { RoomListener, WireShown, WireStage } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { layout } from "../../room/room-state.ts";
import { meeting, snapshot } from "../../state/meeting.ts";
import { toast } from "../../state/toasts.ts";
import type { Feature } from "../feature.ts";
import { forgetStage, isFollowed, set } from "./spotlight.ts";
import { words } from "./words.ts";

const listener: RoomListener = {
  handleRoom: ({ features }) => {
    if (features?.stage) follow(features.stage);
  },
  handleEvent: (event) => {
    if (event.type !== "stage.settings") return;
    const before = set.value.spotlight;
    follow(event.data);
    const news = event.data.spotlight.find((one) => !before.some((other) => isSame(one, other)));
    const name = snapshot.value.participants.find(({ id }) => id === news?.participant)?.name;
    if (name !== undefined) toast(words.value.nowLit(name));
  },
};

function isSame(one: WireShown, other: WireShown): boolean {
  return one.participant === other.participant && one.source === other.source;
}

/** What hosts set counts from the moment on in which they set it. */
function follow(next: WireStage): void {
  const before = set.value;
  set.value = next;
  const isNewSpotlight =
    next.spotlight.length !== before.spotlight.length ||
    next.spotlight.some(
      (one, index) => !isSame(one, before.spotlight[index] ?? one) || !before.spotlight[index],
    );
  if (isNewSpotlight) isFollowed.value = true;
  if (next.layout !== before.layout) layout.value = next.layout ?? "auto";
}

/** Beside whoever is in it already, or out of it. */
export function light(participant: string, source: WireShown["source"], on: boolean): void {
  const rest = set.value.spotlight.filter((one) => !isSame(one, { participant, source }));
  void attempt(
    meeting.channel.request("stage.spotlight", { show: on ? [...rest, { participant, source }] : rest }),
  );
}

export function endSpotlight(): void {
  void attempt(meeting.channel.request("stage.spotlight", { show: [] }));
}

export function setLayoutForAll(choice: WireStage["layout"]): void {
  void attempt(meeting.channel.request("stage.layout", { layout: choice }));
}

export const stage: Feature = { name: "stage", listener, handleLeft: forgetStage };
