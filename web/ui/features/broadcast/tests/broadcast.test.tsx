import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ParleyError, type WireBroadcast } from "../../../../sdk/index.ts";
import { FakeMeeting, fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomPage } from "../../../room/room-page.tsx";
import { connectMeeting } from "../../../state/meeting.ts";
import { toasts } from "../../../state/toasts.ts";
import { openMenu } from "../../../tests/open-menu.ts";
import { en } from "../words.ts";

let meeting: FakeMeeting;
let root: HTMLElement;

const kOffer = { hls: true, rtmp_hosts: ["live.example.org"] };
const kLive: WireBroadcast = { state: "live", started_at: 1_763_885_000_000 };

beforeEach(() => {
  toasts.value = [];
  meeting = new FakeMeeting();
  connectMeeting(meeting);
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
});

const find = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));

function enter(role: "host" | "panelist", broadcast: WireBroadcast | undefined): void {
  const self = fakePerson(0, { role });
  meeting.set({ state: { name: "joined" }, self, participants: [self, fakePerson(1)] });
  act(() => render(<RoomPage />, root));
  act(() => meeting.channel.enter({ features: broadcast ? { broadcast } : {} }));
}
const tell = (broadcast: WireBroadcast) =>
  act(() => meeting.channel.tell({ type: "broadcast", data: { broadcast } }));

describe("a meeting that is shown live", () => {
  it("has a mark for everyone, who are told when it begins and ends", () => {
    enter("panelist", {});
    expect(find("broadcast-mark")).toBeNull();
    tell({ ...kLive, state: "starting" });
    expect(find("broadcast-mark")?.textContent).toContain(en.states.starting);
    tell(kLive);
    expect(find("broadcast-mark")?.textContent).toContain(en.states.live);
    tell({ ...kLive, state: "reconnecting", trouble: "composer_restarts" });
    tell(kLive);
    tell({});
    expect(find("broadcast-mark")).toBeNull();
    expect(toasts.value.map(({ text }) => text)).toEqual([en.started, en.ended]);
  });

  it("is said to have failed, and why", () => {
    enter("panelist", kLive);
    tell({ ...kLive, state: "failed", trouble: "composer_failed" });
    expect(toasts.value.map(({ text }) => text)).toContain(en.trouble.composer_failed);
  });

  it("is begun and ended by hosts alone", () => {
    enter("panelist", {});
    openMenu(find("more"));
    expect(find("broadcast-start")).toBeNull();
  });

  it("is begun where the host says", async () => {
    enter("host", { offer: kOffer });
    openMenu(find("more"));
    act(() => find("broadcast-start")?.click());
    await vi.waitFor(() => expect(find("broadcast-targets")).not.toBeNull());
    const input = find("broadcast-targets") as HTMLTextAreaElement;
    act(() => {
      input.value = "rtmp://live.example.org/a/b\n rtmps://live.example.org/c/d ";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    act(() => find("broadcast-go")?.click());
    await settle();
    expect(meeting.channel.sent).toContainEqual([
      "broadcast.start",
      { hls: true, targets: ["rtmp://live.example.org/a/b", "rtmps://live.example.org/c/d"] },
    ]);
    expect(find("broadcast-targets")).toBeNull();
  });

  it("says in the dialog what the server refuses", async () => {
    meeting.channel.refusals.set("broadcast.start", new ParleyError("bad_request", "No."));
    enter("host", { offer: kOffer });
    openMenu(find("more"));
    act(() => find("broadcast-start")?.click());
    await vi.waitFor(() => expect(find("broadcast-go")).not.toBeNull());
    act(() => find("broadcast-go")?.click());
    await settle();
    expect(find("problem")?.textContent).toContain(en.refused);
  });

  it("tells hosts where it goes", () => {
    enter("host", {
      ...kLive,
      offer: kOffer,
      watch: "/live/l1",
      targets: [
        { name: "rtmp://live.example.org/…", state: "live" },
        { name: "rtmp://two.example.org/…", state: "reconnecting", trouble: "refused" },
      ],
    });
    openMenu(find("broadcast-mark"));
    const targets = [...root.querySelectorAll('[data-testid="broadcast-target"]')].map((t) => t.textContent);
    expect(targets).toEqual([
      `rtmp://live.example.org/…${en.states.live}`,
      `rtmp://two.example.org/…${en.trouble.refused}`,
    ]);
    expect(find("broadcast-copy")).not.toBeNull();
  });
});
