// A button and what it opens above itself, or below where there is no room: a native popover, so that
// Escape, a click elsewhere and the return of the focus are the browser's own.

import type { ComponentChildren, JSX } from "preact";
import { useId, useRef } from "preact/hooks";
import { Icon, type IconName } from "./icons.tsx";

interface PopoverProps {
  label: string;
  /** What is on the button: a sign of ours, or anything. */
  icon: IconName | JSX.Element;
  class: string;
  testid: string;
  children: ComponentChildren;
}

const kMargin = 8;

export function Popover(props: PopoverProps) {
  const id = useId();
  const button = useRef<HTMLButtonElement>(null);
  const place = (content: HTMLElement) => {
    const anchor = button.current?.getBoundingClientRect();
    if (!anchor) return;
    const centre = anchor.left + anchor.width / 2;
    const left = centre - content.offsetWidth / 2;
    const most = document.documentElement.clientWidth - content.offsetWidth - kMargin;
    content.style.left = `${Math.max(kMargin, Math.min(left, most))}px`;
    const isBelow = content.offsetHeight + 2 * kMargin > anchor.top;
    content.style.top = isBelow ? `${anchor.bottom + kMargin}px` : "auto";
    content.style.bottom = isBelow
      ? "auto"
      : `${document.documentElement.clientHeight - anchor.top + kMargin}px`;
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={props.class}
        popovertarget={id}
        aria-haspopup="true"
        aria-label={props.label}
        title={props.label}
        data-testid={props.testid}
      >
        {typeof props.icon === "string" ? (
          <Icon name={props.icon} size={props.icon === "chevron" ? 16 : 22} />
        ) : (
          props.icon
        )}
      </button>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside are what is clicked */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: keys reach it as clicks of those buttons */}
      <div
        id={id}
        popover="auto"
        class="popover"
        onToggle={(event) => {
          if (event.newState === "open") place(event.currentTarget);
        }}
        onClick={(event) => {
          // What was chosen in a menu closes it; a choice among radios leaves it open to look at.
          const isAction = event.target instanceof Element && event.target.closest("button.menu-item");
          if (isAction) event.currentTarget.hidePopover();
        }}
      >
        {props.children}
      </div>
    </>
  );
}
