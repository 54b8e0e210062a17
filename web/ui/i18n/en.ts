// What the join page says, and what many pages say, in English: the other words come with their pages (words.ts beside them).
// zh-cn.ts has the same keys.

export const en = {
  languageName: "English",
  product: "Parley",
  close: "Close",
  cancel: "Cancel",
  tryAgain: "Try again",
  toHome: "Go to the start page",
  language: "Language",
  theme: "Appearance",
  themeSystem: "Automatic",
  themeLight: "Light",
  themeDark: "Dark",

  save: "Save",
  copyLink: "Copy link",

  paste: {
    title: "An invitation link is needed",
    why: "This address names a room, but the part that lets you in is missing.",
    remedy:
      "The whole link goes on after a # sign; some programs cut it off there. Paste it here, or ask whoever invited you to send it again.",
    label: "Invitation link",
    open: "Open",
    wrong: "This is no invitation link: it needs #k= and what follows.",
  },

  join: {
    name: "Your name",
    nameHint: "How others see you",
    join: "Join",
    joining: "Joining…",
    keptOut: ["A host has closed this meeting to you", "Ask them if you think that was a mistake."],
    someoneThere: (n: number) =>
      n === 0 ? "Nobody is here yet" : n === 1 ? "1 person is here" : `${n} people are here`,
    cameraOff: "Camera is off",
    cameraStarting: "Starting the camera…",
    microphone: "Microphone",
    camera: "Camera",
    speaker: "Speaker",
    bothDevices: "Microphone and camera",
    defaultDevice: "Default",
    turnMicOn: "Turn microphone on",
    turnMicOff: "Turn microphone off",
    turnCameraOn: "Turn camera on",
    turnCameraOff: "Turn camera off",
    level: "Microphone level",
    noDevices: "You can join without camera and microphone: you will hear and see everyone.",
    preview: "Camera preview",
    rejoin: "Join again",
  },

  // A sentence and what to do about it, by the SDK's codes.
  problems: {
    room_not_found: ["There is no such room", "Check the link, or ask the host for a new one."],
    link_invalid: [
      "This invitation link is not right",
      "It may be cut short or renewed: copy the whole link, or ask the host for a new one.",
    ],
    token_invalid: ["This access is not good for this room", "Ask the host for an invitation link."],
    token_expired: ["Your access has expired", "Ask the host for a new link."],
    forbidden: ["You may not do this", "Ask a host."],
    room_locked: ["The meeting is locked", "Nobody else is let in. Ask the host to unlock it."],
    room_full: ["The room is full", "Wait until somebody leaves, or tell the host."],
    server_full: ["The server is full", "Try again in a while, or tell whoever runs it."],
    too_many_requests: ["That was too often in a short time", "Wait a moment and try again."],
    emergency_number: [
      "Emergency numbers cannot be called from here",
      "Take a telephone and dial the number there, now.",
    ],
    number_refused: [
      "This number cannot be called from here",
      "Write it with a plus and the country code. Whoever runs this server may not allow calls to it.",
    ],
    name_invalid: ["This name cannot be used", "Use 1 to 64 characters."],
    offer_invalid: [
      "Your browser and the server do not understand each other",
      "Update the browser and try again.",
    ],
    no_common_codec: [
      "Your browser has no picture or sound format in common with the server",
      "Update the browser or use another one.",
    ],
    resume_expired: ["You were away too long", "Join again."],
    server_unreachable: ["The server does not answer", "Check your connection, then try again."],
    media_blocked: [
      "Sound and picture cannot get through",
      "A firewall or VPN may be in the way: switch it off or use another network.",
    ],
    firefox_on_loopback: [
      "Firefox sends no sound or picture to a server on its own machine",
      "Use another browser to try it here, or set media.peerconnection.ice.loopback to true in about:config.",
    ],
    unsupported_browser: ["This browser cannot take part", "Use a current Chrome, Edge, Firefox or Safari."],
    closing: ["The server is restarting", "It comes back in a moment."],
    other: ["Something went wrong", "Try again. If it stays, tell whoever runs the server."],
  },

  devices: {
    "permission-denied": (device: string) => [
      `${device}: the browser does not allow it`,
      "Click the lock or camera sign beside the address, allow it, and try again.",
    ],
    "no-device": (device: string) => [
      `${device}: none was found`,
      "Plug one in and try again, or join without.",
    ],
    "device-in-use": (device: string) => [
      `${device}: another program is using it`,
      "Close the other program or tab, or choose another device.",
    ],
    "insecure-page": (device: string) => [
      `${device}: only allowed on secure pages`,
      "Open this page with https://, or as localhost.",
    ],
    unsupported: (device: string) => [`${device}: this browser has no access to it`, "Use another browser."],
    unknown: (device: string) => [
      `${device}: could not be started`,
      "Unplug and plug it in again, or restart the browser.",
    ],
  },
};

export type Catalogue = typeof en;
