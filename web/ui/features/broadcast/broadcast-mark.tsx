// The mark in the header: that people outside see and hear this meeting, for everyone; where it goes, for
// hosts.

import "./broadcast.css";
import { MenuItem } from "../../common/menu-item.tsx";
import { Popover } from "../../common/popover.tsx";
import { language } from "../../i18n/index.ts";
import { toast } from "../../state/toasts.ts";
import { current, offer, stop, troubleText } from "./broadcast-state.ts";
import { words } from "./words.ts";

export function BroadcastMark() {
  const live = current.value;
  if (!live) return null;
  const text = words.value;
  const state = text.states[live.state];
  const time = new Intl.DateTimeFormat(language.value, { timeStyle: "short" });
  const { watch } = live;
  return (
    <Popover
      label={state}
      icon={
        <>
          <span class="mark-dot" aria-hidden="true" />
          <span class="broadcast-word">{state}</span>
        </>
      }
      class={live.state === "live" ? "mark on-air" : "mark"}
      testid="broadcast-mark"
    >
      <div class="popover-text">
        <strong>{state}</strong>
        <p class="soft">{text.since(time.format(live.startedAt))}</p>
        <p>{text.explained}</p>
        {live.trouble && <p class="danger-text">{troubleText(live.trouble)}</p>}
        {live.targets && live.targets.length > 0 && (
          <ul class="broadcast-targets" aria-label={text.targets}>
            {live.targets.map((target) => (
              <li key={target.name} data-testid="broadcast-target">
                <span class="broadcast-target-name">{target.name}</span>
                <span class="soft">
                  {target.trouble && target.state !== "live"
                    ? troubleText(target.trouble)
                    : text.states[target.state]}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
      {watch && (
        <MenuItem
          icon="copy"
          label={text.copyWatch}
          testid="broadcast-copy"
          onClick={() => void copy(new URL(watch, location.href).href)}
        />
      )}
      {offer.value && (
        <MenuItem
          icon="stop"
          label={text.stop}
          testid="broadcast-stop-mark"
          class="danger-text"
          onClick={stop}
        />
      )}
    </Popover>
  );
}

async function copy(address: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(address);
    toast(words.value.copied);
  } catch {
    toast(address);
  }
}
