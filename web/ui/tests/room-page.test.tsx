import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { ErrorCode } from "../../sdk/index.ts";
import { rowsInSight } from "../common/long-list.tsx";
import { FakeMeeting, fakePerson } from "../dev/fake-meeting.ts";
import { en } from "../i18n/en.ts";
import { JoinPage } from "../join/join-page.tsx";
import { en as passcodeWords } from "../join/words.ts";
import { RoomPage } from "../room/room-page.tsx";
import { en as roomWords } from "../room/words.ts";
import { connectMeeting } from "../state/meeting.ts";
import { savedName } from "../state/names.ts";
import { openMenu } from "./open-menu.ts";

let meeting: FakeMeeting;
let root: HTMLElement;

beforeEach(() => {
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1200);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(700);
  meeting = new FakeMeeting();
  connectMeeting(meeting);
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.unstubAllGlobals();
});

const find = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
const press = (key: string, target: EventTarget = document.body) =>
  act(
    () => void target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })),
  );

function enter(): void {
  const people = [fakePerson(0), fakePerson(1, { name: "Bo" }), fakePerson(2)];
  meeting.set({ state: { name: "joined" }, self: people[0] ?? null, participants: people });
  act(() => render(<RoomPage />, root));
}

it("shows a tile for everyone and tells the server so", () => {
  enter();
  const tiles = [...root.querySelectorAll('[data-testid="tile"]')];
  expect(tiles.map((tile) => tile.getAttribute("data-participant"))).toEqual(["p0", "p1", "p2"]);
  const [, shown] = meeting.calls.findLast(([name]) => name === "view") ?? [];
  expect(shown).toMatchObject([{ source: 12 }, { source: 22 }]);
});

it("does not say that it shows nobody before it knows its size", () => {
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(0);
  enter();
  expect(meeting.calls.filter(([name]) => name === "view")).toEqual([]);
});

it("obeys its keys, but not while somebody types", () => {
  enter();
  press("m");
  expect(meeting.calls).toContainEqual(["setMicrophone", true]);
  press("c");
  const input = find("chat-input");
  expect(input).not.toBeNull();
  const count = meeting.calls.length;
  if (input) press("v", input);
  expect(meeting.calls.filter(([name]) => name === "setCamera")).toHaveLength(0);
  expect(meeting.calls.length).toBe(count);
  press("Escape");
  expect(find("chat-panel")).toBeNull();
});

it("has one panel with a tab a feature, walked with the arrows", () => {
  enter();
  press("p");
  const tabs = [...root.querySelectorAll<HTMLElement>("[role=tab]")];
  expect(tabs.map((tab) => tab.getAttribute("aria-selected"))).toEqual(["false", "true", "false"]);
  expect(document.activeElement).toBe(tabs[1]);
  act(() => {
    tabs[1]?.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  });
  expect(find("people-panel")).toBeNull();
  expect(find("chat-panel")).not.toBeNull();
  expect(document.activeElement?.id).toBe("tab-chat");
});

it("draws of five hundred people only those in sight", () => {
  enter();
  const people = Array.from({ length: 500 }, (_, index) => fakePerson(index));
  act(() => meeting.set({ self: people[0] ?? null, participants: people }));
  press("p");
  const drawn = root.querySelectorAll('[data-testid="person"]');
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn.length).toBeLessThan(40);
  expect(drawn[0]?.getAttribute("aria-setsize")).toBe("500");
});

it("shows the rows around where the list was scrolled to, and the end of one that became shorter", () => {
  expect(rowsInSight(500, 50, 0, 500)).toEqual({ from: 0, to: 22 });
  expect(rowsInSight(500, 50, 10_000, 500)).toEqual({ from: 194, to: 216 });
  expect(rowsInSight(30, 50, 10_000, 500)).toEqual({ from: 8, to: 30 });
  expect(rowsInSight(3, 50, 0, 500)).toEqual({ from: 0, to: 3 });
  expect(rowsInSight(0, 50, 0, 500)).toEqual({ from: 0, to: 0 });
});

it("raises and lowers the hand by its keys and its button", () => {
  enter();
  press("r");
  press("h");
  act(() => find("hand")?.click());
  expect(meeting.calls.filter(([name]) => name === "raiseHand")).toEqual(
    Array.from({ length: 3 }, () => ["raiseHand", true]),
  );
  const self = fakePerson(0, { isHandUp: true });
  act(() => meeting.set({ self, participants: [self] }));
  expect(find("hand")?.getAttribute("aria-pressed")).toBe("true");
  press("r");
  expect(meeting.calls.at(-1)).toEqual(["raiseHand", false]);
});

it("lets people change their name, and remembers it", async () => {
  enter();
  press("p");
  act(() => find("rename-self")?.click());
  const field = find("new-name") as HTMLInputElement;
  expect(field.value).toBe("Person 0");
  act(() => {
    field.value = "  Ada   Byron ";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await act(async () => {
    find("save-name")?.click();
    await new Promise((done) => setTimeout(done));
  });
  expect(meeting.calls).toContainEqual(["rename", "Ada Byron"]);
  expect(find("new-name")).toBeNull();
  expect(savedName()).toBe("Ada Byron");
  expect(root.querySelector('[data-testid="tile"][data-self="true"]')?.getAttribute("data-name")).toBe(
    "Ada Byron",
  );
});

it("pins by the tile's own button", () => {
  enter();
  const tile = root.querySelector<HTMLElement>('[data-name="Bo"]');
  act(() => tile?.querySelector<HTMLElement>('[data-testid="pin"]')?.click());
  expect(tile?.dataset.pinned).toBe("true");
  expect(tile?.dataset.stage).toBe("true");
  expect(meeting.calls.findLast(([name]) => name === "view")?.[2]).toEqual([12]);
});

it("says so while the connection is lost", () => {
  enter();
  expect(find("reconnecting")).toBeNull();
  act(() => meeting.set({ state: { name: "reconnecting", attempt: 1, since: 0 } }));
  expect(find("reconnecting")?.textContent).not.toBe("");
});

it("counts messages that come while the chat is closed", () => {
  enter();
  act(() => meeting.emit("chat", { id: "1", participant: "p1", name: "Bo", to: null, text: "hi", at: 0 }));
  expect(find("chat")?.textContent).toBe("1");
});

it("offers a host, and nobody else, to mute and remove", () => {
  enter();
  press("p");
  expect(root.querySelectorAll('[data-testid="person-menu"]')).toHaveLength(2);
  openMenu(find("person-menu"));
  expect(find("remove-person")?.textContent).toContain("Bo");
  openMenu(find("more"));
  expect(find("end")).not.toBeNull();
  const self = fakePerson(0, { role: "panelist" });
  act(() => meeting.set({ self, participants: [self, fakePerson(1)] }));
  expect(find("remove-person")).toBeNull();
  expect(find("mute-person")).toBeNull();
  expect(find("end")).toBeNull();
});

it("says in words how good a connection is, and offers what helps", () => {
  enter();
  act(() => meeting.set({ quality: 4 }));
  expect(find("quality")?.getAttribute("aria-label")).toBe(roomWords.quality[4]);
  expect(find("quality-none")).toBeNull();
  const people = [fakePerson(0), fakePerson(1, { quality: 2 })];
  act(() => meeting.set({ quality: 2, self: people[0] ?? null, participants: people }));
  openMenu(find("quality"));
  expect(root.textContent).toContain(roomWords.qualityMeans[2]);
  expect(root.querySelector('[data-participant="p1"]')?.getAttribute("aria-label")).toContain(
    roomWords.quality[2],
  );
  press("p");
  const row = root.querySelector('[data-testid="person"][data-participant="p1"]');
  expect(row?.textContent).toContain(roomWords.quality[2]);
  act(() => find("quality-small")?.click());
  expect(meeting.calls).toContainEqual(["saving", true]);
  openMenu(find("quality"));
  act(() => find("quality-none")?.click());
  expect(root.querySelector('[data-testid="tile"][data-self="false"]')?.getAttribute("data-state")).toBe(
    "off",
  );
  act(() => find("pictures-mark")?.click());
});

it("joins with a name and without any device, naming what is wrong", async () => {
  meeting.media.failure = "permission-denied";
  const joined = vi.fn(async () => {});
  await act(async () =>
    render(<JoinPage title="Weekly" people={0} watches={false} passcode={false} onJoin={joined} />, root),
  );
  expect(root.querySelectorAll('[data-testid="problem"]')).toHaveLength(1);
  const name = find("name") as HTMLInputElement;
  await act(async () => {
    name.value = " Ada ";
    name.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const button = find("join") as HTMLButtonElement;
  expect(button.disabled).toBe(false);
  await act(async () => button.click());
  expect(joined).toHaveBeenCalledWith("Ada", "");
  act(() => meeting.set({ state: { name: "failed", code: "room_full", message: "" } }));
  expect(root.textContent).toContain(en.problems.room_full[1]);
});

it("asks for a passcode where there is one, and says in words that it is wrong", async () => {
  const joined = vi.fn(async () => {});
  const page = (passcode: boolean) => (
    <JoinPage title="Weekly" people={0} watches={false} passcode={passcode} onJoin={joined} />
  );
  const type = (testid: string, text: string) =>
    act(async () => {
      const field = find(testid) as HTMLInputElement;
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  const fail = (code: ErrorCode) => act(() => meeting.set({ state: { name: "failed", code, message: "" } }));
  await act(async () => render(page(false), root));
  expect(find("passcode")).toBeNull();
  await act(async () => render(page(true), root));
  await vi.waitFor(() => expect(find("passcode")).not.toBeNull());
  expect(find("problem")).toBeNull();
  await type("name", "Ada");
  await type("passcode", "tulip 8");
  await act(async () => find("join")?.click());
  expect(joined).toHaveBeenLastCalledWith("Ada", "tulip 8");
  fail("passcode_wrong");
  expect(find("problem")?.textContent).toContain(passcodeWords.problems.passcode_wrong?.[0]);
  expect((find("passcode") as HTMLInputElement).value).toBe("tulip 8");
  act(() => meeting.set({ state: { name: "connecting" } }));
  expect((find("passcode") as HTMLInputElement).value).toBe("tulip 8");
  fail("too_many_requests");
  expect(find("problem")?.textContent).toContain(passcodeWords.problems.too_many_requests?.[0]);
  fail("room_full");
  expect(find("problem")?.textContent).toContain(en.problems.room_full[0]);
});

it("joins whoever presses before it knows who only watches once it knows, with camera and microphone", async () => {
  const joined = vi.fn(async () => {});
  const page = (watches: boolean | null) => (
    <JoinPage title="Weekly" people={0} watches={watches} passcode={false} onJoin={joined} />
  );
  await act(async () => render(page(null), root));
  const name = find("name") as HTMLInputElement;
  await act(async () => {
    name.value = "Ada";
    name.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await act(async () => find("join")?.click());
  expect(joined).not.toHaveBeenCalled();
  expect((find("join") as HTMLButtonElement).disabled).toBe(true);
  await act(async () => render(page(false), root));
  expect(meeting.media.snapshot.camera.on).toBe(true);
  expect(joined).toHaveBeenCalledExactlyOnceWith("Ada", "");
});

it("asks nobody for a camera who only watches, nor before it knows", async () => {
  const page = (watches: boolean | null) => (
    <JoinPage title="Webinar" people={0} watches={watches} passcode={false} onJoin={async () => {}} />
  );
  await act(async () => render(page(null), root));
  expect(meeting.media.snapshot.camera.on).toBe(false);
  await act(async () => render(page(true), root));
  expect(meeting.media.snapshot.camera.on).toBe(false);
  expect(find("camera")).toBeNull();
  await act(async () => render(page(false), root));
  expect(meeting.media.snapshot.camera.on).toBe(true);
});
