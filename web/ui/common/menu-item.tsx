// One line of a menu that a Popover opens.

import { Icon, type IconName } from "./icons.tsx";

interface MenuItemProps {
  icon: IconName;
  label: string;
  keyName?: string;
  testid?: string;
  class?: string;
  onClick: () => void;
}

export function MenuItem({ icon, label, keyName, testid, class: kind = "", onClick }: MenuItemProps) {
  return (
    <button
      type="button"
      class={`menu-item ${kind}`}
      data-testid={testid}
      aria-keyshortcuts={keyName}
      onClick={onClick}
    >
      <Icon name={icon} size={20} />
      <span>{label}</span>
      {keyName && <kbd>{keyName}</kbd>}
    </button>
  );
}
