// A round button of the bottom bar: icon, name, key.

import { Icon, type IconName } from "../common/icons.tsx";
import { type KeyAction, kKeys } from "./keys.ts";

interface BarButtonProps {
  icon: IconName;
  label: string;
  testid: string;
  action?: Exclude<KeyAction, "talk" | "escape">;
  /** Undefined for a button that is not a switch. */
  pressed?: boolean;
  kind?: "off" | "active" | "danger";
  badge?: number;
  class?: string;
  onClick: () => void;
}

export function BarButton(props: BarButtonProps) {
  const key = props.action && kKeys[props.action];
  const classes = ["round", props.kind, props.class].filter(Boolean).join(" ");
  return (
    <button
      type="button"
      class={classes}
      data-testid={props.testid}
      aria-label={props.label}
      aria-keyshortcuts={key}
      aria-pressed={props.pressed}
      title={key ? `${props.label} (${key})` : props.label}
      onClick={props.onClick}
    >
      <Icon name={props.icon} />
      {props.badge ? (
        <span class="badge" aria-hidden="true">
          {props.badge > 99 ? "99+" : props.badge}
        </span>
      ) : null}
    </button>
  );
}
