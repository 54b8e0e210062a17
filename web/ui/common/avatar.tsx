// The letters that stand for a person without a picture, on a colour of their own.

import { hueOf, initials } from "../state/names.ts";

export function Avatar({ id, name }: { id: string; name: string }) {
  return (
    <span class="avatar" aria-hidden="true" style={{ "--hue": String(hueOf(id)) }}>
      {initials(name)}
    </span>
  );
}
