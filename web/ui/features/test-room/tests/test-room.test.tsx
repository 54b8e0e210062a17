import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeMeeting, fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomPage } from "../../../room/room-page.tsx";
import { connectMeeting } from "../../../state/meeting.ts";
import { toasts } from "../../../state/toasts.ts";
import { openMenu } from "../../../tests/open-menu.ts";
import { en } from "../words.ts";

let meeting: FakeMeeting;
let root: HTMLElement;

beforeEach(() => {
  toasts.value = [];
  meeting = new FakeMeeting();
  connectMeeting(meeting);
  root = document.body.appendChild(document.createElement("div"));
  const self = fakePerson(0);
  meeting.set({ state: { name: "joined" }, self, participants: [self] });
  act(() => render(<RoomPage />, root));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
});

const mark = () => root.querySelector<HTMLElement>('[data-testid="test-room-mark"]');

it("says of a test room what may become of what is sent in it", () => {
  act(() => meeting.channel.enter({ debug: true }));
  expect(toasts.value.map(({ text }) => text)).toEqual([en.notice]);
  expect(mark()?.textContent).toBe(en.mark);
  openMenu(mark());
  expect(root.textContent).toContain(en.text);
  // Once: a session that is back has heard it.
  act(() => meeting.channel.enter({ debug: true }));
  expect(toasts.value).toHaveLength(1);
});

it("says nothing in any other room", () => {
  act(() => meeting.channel.enter({}));
  expect(mark()).toBeNull();
  expect(toasts.value).toEqual([]);
});
