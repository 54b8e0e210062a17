// The one side panel: a tab per feature, the open one below. On small screens it covers the room. Takes
// the focus when the person opens it or changes its tab from outside, and gives it back.

import "./panel.css";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "../common/icons.tsx";
import { offeredTabs } from "../features/features.ts";
import { t } from "../i18n/index.ts";
import { panel } from "./room-state.ts";
import { roomWords } from "./words.ts";

type NamedTab = ReturnType<typeof offeredTabs>[number];

export function SidePanel() {
  const tabs = offeredTabs();
  const open = tabs.find(({ name }) => name === panel.value);
  return open ? <OpenPanel open={open} tabs={tabs} /> : null;
}

function OpenPanel({ open, tabs }: { open: NamedTab; tabs: readonly NamedTab[] }) {
  const element = useRef<HTMLElement>(null);
  const { name, Panel } = open;
  useEffect(() => {
    const opener = document.activeElement;
    const aside = element.current;
    return () => {
      const isInside = aside?.contains(document.activeElement) || document.activeElement === document.body;
      if (isInside && opener instanceof HTMLElement) opener.focus();
    };
  }, []);
  useEffect(() => {
    open.handleOpened?.();
    const aside = element.current;
    if (aside?.querySelector("[role=tablist]")?.contains(document.activeElement)) return;
    const field = aside?.querySelector<HTMLElement>("textarea");
    (field ?? aside?.querySelector<HTMLElement>("[aria-selected=true]"))?.focus();
  }, [name]);
  return (
    <aside ref={element} class="panel" aria-label={open.title()} data-testid={`${name}-panel`}>
      <header class="panel-header">
        <Tabs open={open} tabs={tabs} />
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
      <div class="panel-content" role="tabpanel" id="panel-content" aria-labelledby={`tab-${name}`}>
        <Panel />
      </div>
    </aside>
  );
}

const kSteps: Readonly<Record<string, (at: number, count: number) => number>> = {
  ArrowLeft: (at, count) => (at + count - 1) % count,
  ArrowRight: (at, count) => (at + 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1,
};

function Tabs({ open, tabs }: { open: NamedTab; tabs: readonly NamedTab[] }) {
  return (
    <div
      class="tabs"
      role="tablist"
      aria-label={roomWords.value.panel}
      onKeyDown={(event) => {
        const next = tabs[kSteps[event.key]?.(tabs.indexOf(open), tabs.length) ?? -1];
        if (!next) return;
        event.preventDefault();
        panel.value = next.name;
        event.currentTarget.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
      }}
    >
      {tabs.map((tab) => (
        <TabButton key={tab.name} tab={tab} isOpen={tab === open} />
      ))}
    </div>
  );
}

function TabButton({ tab, isOpen }: { tab: NamedTab; isOpen: boolean }) {
  const count = tab.count?.() ?? 0;
  const waiting = isOpen ? 0 : (tab.waiting?.() ?? 0);
  return (
    <button
      type="button"
      class="tab"
      role="tab"
      id={`tab-${tab.name}`}
      data-testid={`tab-${tab.name}`}
      aria-selected={isOpen}
      aria-controls="panel-content"
      tabIndex={isOpen ? 0 : -1}
      onClick={() => {
        panel.value = tab.name;
      }}
    >
      <span class="tab-title">{tab.title()}</span>
      <span class="tab-sign">
        <Icon name={tab.icon} size={20} />
        {waiting > 0 ? (
          <span class="tab-waiting">{waiting > 99 ? "99+" : waiting}</span>
        ) : (
          count > 0 && <span class="tab-count">{count}</span>
        )}
      </span>
    </button>
  );
}
