// What can be done with somebody: as the own role allows, so it may be nothing.

import type { Participant, Role } from "../../../sdk/index.ts";
import { attempt } from "../../common/attempt.ts";
import { Icon } from "../../common/icons.tsx";
import { MenuItem } from "../../common/menu-item.tsx";
import { Popover } from "../../common/popover.tsx";
import { roomWords } from "../../room/words.ts";
import { may, meeting } from "../../state/meeting.ts";
import { correspondents, writePrivately } from "../chat/chat-state.ts";
import { words as chatWords } from "../chat/words.ts";
import { isLit } from "../stage/spotlight.ts";
import { light } from "../stage/stage.ts";
import { words as stageWords } from "../stage/words.ts";
import { words } from "./words.ts";

interface PersonMenuProps {
  participant: Participant;
  onRemove: (participant: Participant) => void;
  onName: (participant: Participant) => void;
}

export function PersonMenu({ participant, onRemove, onName }: PersonMenuProps) {
  const room = roomWords.value;
  const { id, name, role, kind } = participant;
  const mayWrite = correspondents.value.some((one) => one.id === id);
  const mayName = kind === "phone" && may("rename_callers");
  const mayRemove = may(role === "host" ? "remove_hosts" : "remove_others");
  const roles = rolesFor(participant);
  const lights = lightsFor(participant);
  if (!mayWrite && !mayName && !mayRemove && roles.length + lights.length === 0)
    return <span class="person-end" />;
  return (
    <Popover
      label={room.actionsFor(name)}
      icon={<Icon name="more" size={18} />}
      class="button quiet icon"
      testid="person-menu"
    >
      {mayWrite && (
        <MenuItem
          icon="chat"
          label={chatWords.value.privately(name)}
          testid="write-person"
          onClick={() => writePrivately(id)}
        />
      )}
      {mayName && (
        <MenuItem
          icon="edit"
          label={room.nameFor(name)}
          testid="name-person"
          onClick={() => onName(participant)}
        />
      )}
      {lights.map(([source, label, on]) => (
        <MenuItem
          key={source}
          icon="spotlight"
          label={label}
          testid={`light-${source}`}
          onClick={() => light(id, source, on)}
        />
      ))}
      {roles.map(([next, label]) => (
        <MenuItem
          key={label}
          icon="people"
          label={label}
          testid={`role-${next}`}
          onClick={() => void attempt(meeting.channel.request("role", { participant: id, role: next }))}
        />
      ))}
      {mayRemove && (
        <MenuItem
          icon="remove"
          label={room.removeFor(name)}
          testid="remove-person"
          class="danger-text"
          onClick={() => onRemove(participant)}
        />
      )}
    </Popover>
  );
}

/** What of them can be shown to everybody, or no longer, and how that is called. */
function lightsFor({
  id,
  name,
  role,
  kind,
  sources,
}: Participant): readonly (readonly ["camera" | "screen", string, boolean])[] {
  const text = stageWords.value;
  if (!may("direct_stage") || kind === "whep" || role === "attendee") return [];
  const isFace = isLit(id, "camera");
  const isScreen = isLit(id, "screen");
  const lines: (readonly ["camera" | "screen", string, boolean])[] = [
    ["camera", (isFace ? text.unlight : text.light)(name), !isFace],
  ];
  if (isScreen || sources.screen?.state === "live")
    lines.push(["screen", (isScreen ? text.unlightScreen : text.lightScreen)(name), !isScreen]);
  return lines;
}

/** What somebody can be made, and how that is called. */
function rolesFor({ name, role, kind }: Participant): readonly (readonly [Role, string])[] {
  const text = words.value;
  if (!may("change_roles") || role === "host") return [];
  // A caller listens in the audience, or speaks.
  if (kind === "phone")
    return role === "attendee" ? [["panelist", text.onStage(name)]] : [["attendee", text.offStage(name)]];
  if (kind !== "browser") return [];
  switch (role) {
    case "attendee":
      return [["panelist", text.onStage(name)]];
    case "panelist":
      return [
        ["cohost", text.makeCohost(name)],
        ["attendee", text.offStage(name)],
      ];
    case "cohost":
      return [["panelist", text.endCohost(name)]];
  }
}
