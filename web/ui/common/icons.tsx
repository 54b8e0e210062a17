// Line icons on a 24-pixel grid, drawn in the colour of the text beside them; never the only name of a
// control.

const kPaths = {
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  micOff:
    "M9 9v2a3 3 0 0 0 5 2.2M15 10V6a3 3 0 0 0-5.8-1M5.5 11a6.5 6.5 0 0 0 10.4 5.2M18.5 11a6.4 6.4 0 0 1-.6 2.7M12 17.5V21M4 4l16 16",
  camera: "M3.5 7.5a2 2 0 0 1 2-2h7a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2zM14.5 10.5l6-3v9l-6-3",
  cameraOff:
    "M9 5.5h3.5a2 2 0 0 1 2 2V11m0 2.5v3a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-9a2 2 0 0 1 1.2-1.8M14.5 10.5l6-3v9l-3-1.5M4 4l16 16",
  share: "M3.5 5h17v11.5h-17zM8.5 20.5h7M12 13.5V8m-2.5 2.3L12 7.8l2.5 2.5",
  chat: "M4 5.5h16v11H10L5.5 20v-3.5H4z",
  people:
    "M9 11.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM2.8 19a6.2 6.2 0 0 1 12.4 0M16 11a2.8 2.8 0 1 0-1.2-5.3M17 13.6a5.2 5.2 0 0 1 4.2 5.1",
  layout: "M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z",
  speaker: "M4 5h16v9H4zM4 16.5h4.5V19H4zM9.8 16.5h4.4V19H9.8zM15.5 16.5H20V19h-4.500z",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  leave:
    "M4 14.500c0-1 .3-2 1.300-2.500 4-2 9.400-2 13.400 0 1 .5 1.300 1.500 1.300 2.500l-.2 1.600-4-.8-.3-2.500c-2.200-.7-4.800-.7-7 0l-.3 2.500-4 .8z",
  close: "M6 6l12 12M18 6 6 18",
  pin: "M9 4h6l-.7 6 3.200 3v1.500h-11V13l3.200-3zM12 14.500V21",
  copy: "M8.500 8.500h11v11h-11zM15.500 8.500v-4h-11v11h4",
  chevron: "M7 14.500 12 9.500l5 5",
  left: "M14.500 6l-6 6 6 6",
  right: "M9.500 6l6 6-6 6",
  remove: "M5 7h14M10 7V4.500h4V7M7 7l.8 12.500h8.400L17 7",
  settings: "M4 7.500h10M18 7.500h2M4 16.500h2M10 16.500h10M16 5.500v4M8 14.500v4",
  send: "M4.500 12 20 4.500 15.500 20l-3-6.500z",
  help: "M9.300 9.200a2.800 2.800 0 1 1 4 2.600c-.9.4-1.300 1-1.300 2M12 17.200h.01M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18Z",
  expand: "M4.500 9V4.500H9M19.500 9V4.500H15M4.500 15v4.500H9M19.500 15v4.500H15",
  plus: "M12 5v14M5 12h14",
  hand: "M7 12V6.500a1.300 1.300 0 0 1 2.600 0V11V4.800a1.300 1.300 0 0 1 2.600 0V11V5.500a1.300 1.300 0 0 1 2.600 0V12V8a1.300 1.300 0 0 1 2.600 0v6.500a6 6 0 0 1-6 6c-3 0-4.300-1.500-5.400-3.500L3.800 13.800a1.300 1.300 0 0 1 2.200-1.400z",
  phone:
    "M6.500 4h3l1.500 4-2 1.500a11 11 0 0 0 5.500 5.500l1.500-2 4 1.500v3a2 2 0 0 1-2.200 2A15.500 15.500 0 0 1 4.500 6.200 2 2 0 0 1 6.500 4z",
  edit: "M4.500 19.500l1-4.500L16 4.500l3.500 3.500L9 18.500z",
} as const;

export type IconName = keyof typeof kPaths;

export function Icon({ name, size = 22 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width={name === "more" ? 3 : 1.8}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={kPaths[name]} />
    </svg>
  );
}
