// The frame of a side panel; on small screens it covers the room. Takes the focus when it was opened by
// the person and gives it back.

import "./panel.css";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "../common/icons.tsx";
import { t } from "../i18n/index.ts";
import { panel } from "./room-state.ts";

interface SidePanelProps {
  title: string;
  testid: string;
  children: ComponentChildren;
}

export function SidePanel({ title, testid, children }: SidePanelProps) {
  const titleId = useId();
  const element = useRef<HTMLElement>(null);
  useEffect(() => {
    const opener = document.activeElement;
    const aside = element.current;
    const first =
      aside?.querySelector<HTMLElement>("textarea") ?? aside?.querySelector<HTMLElement>("button");
    first?.focus();
    return () => {
      const isInside = aside?.contains(document.activeElement) || document.activeElement === document.body;
      if (isInside && opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  return (
    <aside ref={element} class="panel" aria-labelledby={titleId} data-testid={testid}>
      <header class="panel-header">
        <h2 id={titleId}>{title}</h2>
        <button
          type="button"
          class="button quiet icon"
          data-testid="close-panel"
          aria-label={t.value.close}
          title={t.value.close}
          aria-keyshortcuts="Escape"
          onClick={() => {
            panel.value = null;
          }}
        >
          <Icon name="close" size={20} />
        </button>
      </header>
      {children}
    </aside>
  );
}
