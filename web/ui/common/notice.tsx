// A line below the room's header: something that everybody, or this person, ought to know, and what can be
// done about it. It stands in a region that is read out politely.

import type { ComponentChildren } from "preact";
import { t } from "../i18n/index.ts";
import { Icon, type IconName } from "./icons.tsx";

interface NoticeProps {
  icon: IconName;
  testid: string;
  /** Without it the notice stays as long as it is true. */
  onDismiss?: () => void;
  /** Buttons. */
  actions?: ComponentChildren;
  children: ComponentChildren;
}

export function Notice({ icon, testid, onDismiss, actions, children }: NoticeProps) {
  return (
    <div class="notice" data-testid={testid}>
      <Icon name={icon} size={20} />
      <p>{children}</p>
      {actions && <div class="notice-actions">{actions}</div>}
      {onDismiss && (
        <button
          type="button"
          class="button quiet icon"
          data-testid={`${testid}-dismiss`}
          aria-label={t.value.close}
          title={t.value.close}
          onClick={onDismiss}
        >
          <Icon name="close" size={18} />
        </button>
      )}
    </div>
  );
}
