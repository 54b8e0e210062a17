import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ParleyError, type WireRecording } from "../../../../sdk/index.ts";
import { FakeMeeting, fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomPage } from "../../../room/room-page.tsx";
import { connectMeeting } from "../../../state/meeting.ts";
import { toasts } from "../../../state/toasts.ts";
import { openMenu } from "../../../tests/open-menu.ts";
import { en } from "../words.ts";

let meeting: FakeMeeting;
let root: HTMLElement;
const spoken: string[] = [];

beforeEach(() => {
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      readonly text: string;
      constructor(text: string) {
        this.text = text;
      }
    },
  );
  vi.stubGlobal("speechSynthesis", { speak: ({ text }: { text: string }) => spoken.push(text) });
  spoken.length = 0;
  toasts.value = [];
  sessionStorage.clear();
  meeting = new FakeMeeting();
  connectMeeting(meeting);
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  leave();
  root.remove();
  vi.unstubAllGlobals();
});

const find = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
const click = (testid: string) =>
  act(async () => {
    find(testid)?.click();
    await new Promise((done) => setTimeout(done));
  });
const leave = () => act(() => render(null, root));

function enter(role: "host" | "panelist" = "host"): void {
  const self = fakePerson(0, { role });
  meeting.set({ state: { name: "joined" }, self, participants: [self, fakePerson(1)] });
  act(() => render(<RoomPage />, root));
}

const wire = (change: Partial<WireRecording> = {}): WireRecording => ({
  id: "r1",
  state: "recording",
  started_at: 1_763_885_000_000,
  consent: false,
  ...change,
});
const tell = (recording: WireRecording | null) =>
  act(() => meeting.channel.tell({ type: "recording", version: 2, data: { recording } }));
const told = () => toasts.value.map(({ text }) => text);

describe("a recording", () => {
  it("is begun, paused, resumed and stopped by a host, and then opened", async () => {
    enter();
    openMenu(find("record"));
    await click("record-start");
    tell(wire());
    await click("record-pause");
    tell(wire({ state: "paused" }));
    expect(find("recording-mark")?.textContent).toBe(en.paused);
    await click("record-pause");
    tell(wire());
    await click("record-stop");
    tell(null);
    expect(meeting.channel.sent).toEqual(
      ["start", "pause", "resume", "stop"].map((action) => ["record", { action }]),
    );
    expect(find("open-recording")?.getAttribute("href")).toBe("/recordings/r1");
    expect(find("recording-mark")).toBeNull();
  });

  it("is seen and heard by everyone, once", () => {
    enter("panelist");
    expect(find("record")).toBeNull();
    tell(wire());
    expect(find("recording-mark")?.textContent).toBe(en.recording);
    openMenu(find("recording-mark"));
    expect(root.textContent).toContain(en.stored);
    expect(told()).toContain(en.started);
    expect(spoken).toEqual([en.started]);
    act(() => meeting.channel.enter({ recording: wire() })); // back after an interruption
    expect(spoken).toHaveLength(1);
    tell(null);
    expect(told()).toContain(en.stopped);
  });

  it("is told to whoever comes while it runs", () => {
    meeting.channel.enter({ recording: wire() });
    enter("panelist");
    expect(find("recording-mark")).not.toBeNull();
    expect(spoken).toEqual([en.started]);
  });

  it("is gone with the room", () => {
    meeting.channel.enter({ recording: wire() });
    enter();
    leave();
    meeting.channel.enter({ recording: null });
    enter();
    expect(find("recording-mark")).toBeNull();
  });

  it("tells everyone when the server cannot go on", () => {
    enter("panelist");
    tell(wire());
    const trouble = { code: "disk_full", message: "No space." };
    act(() => meeting.channel.tell({ type: "recording", version: 3, data: { recording: null, trouble } }));
    expect(told()).toContain(en.trouble.disk_full);
  });

  it("is not offered by a server that cannot", () => {
    meeting.channel.enter({ recording: undefined });
    enter();
    expect(find("record")).toBeNull();
  });

  it("leaves no link when the server did not stop it", async () => {
    enter();
    tell(wire());
    meeting.channel.refusals.set("record", new ParleyError("forbidden", "No."));
    openMenu(find("record"));
    await click("record-stop");
    expect(find("open-recording")).toBeNull();
    expect(find("recording-mark")).not.toBeNull();
  });
});

describe("a disk with little room", () => {
  it("is told by a banner that says what is given up, until there is room again", () => {
    enter("panelist");
    tell(wire());
    expect(find("recording-disk")).toBeNull();
    for (const disk of ["no_composing", "small_pictures", "sound_only"] as const) {
      tell(wire({ disk }));
      expect(find("recording-disk")?.textContent).toBe(en.disk[disk]);
    }
    tell(wire());
    expect(find("recording-disk")).toBeNull();
    tell(wire({ disk: "sound_only" }));
    tell(null);
    expect(find("recording-disk")).toBeNull();
  });
});

describe("consent", () => {
  it("is asked for before anything is stored, and can be withdrawn", async () => {
    enter("panelist");
    tell(wire({ consent: true }));
    expect(find("consent")?.textContent).toBe(en.asked);
    await click("consent-agree");
    expect(meeting.channel.sent).toEqual([["consent", { given: true }]]);
    expect(find("consent")).toBeNull();
    openMenu(find("recording-mark"));
    expect(root.textContent).toContain(en.stored);
    await click("withdraw-consent");
    expect(meeting.channel.sent.at(-1)).toEqual(["consent", { given: false }]);
    expect(root.textContent).toContain(en.notStored);
    await click("consent-later");
    expect(meeting.channel.sent.at(-1)).toEqual(["consent", { given: true }]);
  });

  it("may be refused, or answered by leaving", async () => {
    enter("panelist");
    tell(wire({ consent: true }));
    await click("consent-refuse");
    openMenu(find("recording-mark"));
    expect(root.textContent).toContain(en.notStored);
    tell(wire({ id: "r2", consent: true }));
    await click("consent-leave");
    expect(meeting.calls).toContainEqual(["leave"]);
  });

  it("is not given by closing the question", () => {
    enter("panelist");
    tell(wire({ consent: true }));
    act(() => void root.querySelector("dialog")?.dispatchEvent(new Event("close")));
    expect(find("consent")).toBeNull();
    expect(meeting.channel.sent).toEqual([]);
    openMenu(find("recording-mark"));
    expect(root.textContent).toContain(en.asked);
  });

  it("is not taken as given when the server did not hear it", async () => {
    enter("panelist");
    tell(wire({ consent: true }));
    meeting.channel.refusals.set("consent", new ParleyError("server_unreachable", "Lost."));
    await click("consent-agree");
    expect(find("consent")).not.toBeNull();
    openMenu(find("recording-mark"));
    expect(root.textContent).not.toContain(en.stored);
  });

  it("is told again to a server that may have forgotten it", async () => {
    enter("panelist");
    act(() => meeting.channel.enter({ recording: wire({ consent: true }) }));
    expect(meeting.channel.sent).toEqual([]);
    await click("consent-agree");
    act(() => meeting.channel.enter({ recording: wire({ consent: true }) }));
    expect(meeting.channel.sent).toEqual([
      ["consent", { given: true }],
      ["consent", { given: true }],
    ]);
  });

  it("is asked for once a recording, also over a reload", async () => {
    enter("panelist");
    tell(wire({ consent: true }));
    await click("consent-refuse");
    leave();
    meeting.channel.enter({ recording: wire({ consent: true }) });
    enter("panelist");
    expect(find("consent")).toBeNull();
    openMenu(find("recording-mark"));
    expect(root.textContent).toContain(en.notStored);
    tell(null);
    tell(wire({ id: "r2", consent: true }));
    expect(find("consent")).not.toBeNull();
  });
});
