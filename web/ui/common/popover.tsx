// A button and what it opens above itself, or below where there is no room: a native popover, so that
// Escape, a click elsewhere and the return of the focus are the browser's own. What is in it is made when
// it opens: a room has dozens.

import type { ComponentChildren, JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
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
  const [isOpen, setOpen] = useState(false);
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
        onBeforeToggle={(event) => setOpen(event.newState === "open")}
        onToggle={(event) => {
          if (event.newState === "open" && button.current) place(event.currentTarget, button.current);
        }}
        onClick={(event) => {
          // What was chosen in a menu closes it; a choice among radios, and what has news to show there,
          // leaves it open to look at.
          const isAction =
            event.target instanceof Element && event.target.closest("button.menu-item:not(.stays)");
          if (isAction) event.currentTarget.hidePopover();
        }}
      >
        {isOpen && props.children}
      </div>
    </>
  );
}

function place(content: HTMLElement, button: HTMLElement): void {
  const anchor = button.getBoundingClientRect();
  const { clientWidth, clientHeight } = document.documentElement;
  const left = anchor.left + anchor.width / 2 - content.offsetWidth / 2;
  const most = clientWidth - content.offsetWidth - kMargin;
  content.style.left = `${Math.max(kMargin, Math.min(left, most))}px`;
  const isBelow = content.offsetHeight + 2 * kMargin > anchor.top;
  content.style.top = isBelow ? `${anchor.bottom + kMargin}px` : "auto";
  content.style.bottom = isBelow ? "auto" : `${clientHeight - anchor.top + kMargin}px`;
}
