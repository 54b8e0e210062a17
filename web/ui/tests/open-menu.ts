// happy-dom has no popovers: what the browser does when a button's menu opens.

import { act } from "preact/test-utils";

HTMLElement.prototype.hidePopover ??= () => {};
HTMLDialogElement.prototype.showModal ??= () => {};

export function openMenu(button: Element | null | undefined): void {
  const menu = document.getElementById(button?.getAttribute("popovertarget") ?? "");
  if (!menu) throw new Error("there is no such menu");
  // Preact takes the name as written where the document does not know the event.
  for (const name of ["beforetoggle", "BeforeToggle"]) {
    act(() => void menu.dispatchEvent(Object.assign(new Event(name), { newState: "open" })));
  }
}
