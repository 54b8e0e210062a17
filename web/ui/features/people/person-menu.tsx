// What can be done with somebody: as the own role allows, so it may be nothing.

import type { Participant, Role } from "../../../sdk/index.ts";
import { Icon } from "../../common/icons.tsx";
import { MenuItem } from "../../common/menu-item.tsx";
import { Popover } from "../../common/popover.tsx";
import { t } from "../../i18n/index.ts";
import { attempt } from "../../room/attempt.ts";
import { may, meeting } from "../../state/meeting.ts";
import { correspondents, writePrivately } from "../chat/chat-state.ts";
import { words as chatWords } from "../chat/words.ts";
import { words } from "./words.ts";

interface PersonMenuProps {
  participant: Participant;
  onRemove: (participant: Participant) => void;
  onName: (participant: Participant) => void;
}

export function PersonMenu({ participant, onRemove, onName }: PersonMenuProps) {
  const { room } = t.value;
  const { id, name, role, kind } = participant;
  const mayWrite = correspondents.value.some((one) => one.id === id);
  const mayName = kind === "phone" && may("rename_callers");
  const mayRemove = may(role === "host" ? "remove_hosts" : "remove_others");
  const roles = rolesFor(participant);
  if (!mayWrite && !mayName && !mayRemove && roles.length === 0) return <span class="person-end" />;
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

/** What somebody can be made, and how that is called. */
function rolesFor({ name, role, kind }: Participant): readonly (readonly [Role, string])[] {
  const text = words.value;
  if (kind !== "browser" || !may("change_roles") || role === "host") return [];
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
