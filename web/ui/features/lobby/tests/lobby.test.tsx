import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ParleyError } from "../../../../sdk/index.ts";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { invitation } from "../lobby-state.ts";
import { WaitPage } from "../wait-page.tsx";
import { en } from "../words.ts";

const bo = { id: "p1", name: "Bo", kind: "browser", since: 1 } as const;
const cy = { id: "p2", name: "Cy", kind: "browser", since: 2 } as const;
const caller = { id: "p3", name: "+44 … 99", kind: "phone", since: 3 } as const;
const admits = { tokens: true, returning: true, callers: false };
const settings = { on: true, locked: false, admits, passcode: false };
let room: RoomFixture;

beforeEach(() => {
  document.title = "Weekly";
  room = new RoomFixture();
});
afterEach(() => room.close());

const knock = (waiting: typeof bo) => room.tell({ type: "lobby.knock", data: { waiting } });

describe("a host", () => {
  it("hears, reads and sees in the browser's tab that somebody waits, and lets them in", async () => {
    room.meeting.channel.enter({ features: { lobby: { ...settings, queue: [] } } });
    room.enter("host", []);
    expect(room.find("knock")).toBeNull();
    knock(bo);
    expect(room.told).toEqual([]);
    expect(room.find("knock")?.textContent).toContain(en.knock("Bo"));
    expect(document.title).toBe("(1) Weekly");
    await room.click("knock-admit");
    expect(room.meeting.channel.sent).toEqual([["lobby.admit", { waiting: "p1" }]]);
    room.tell({ type: "lobby.gone", data: { waiting: "p1", reason: "admitted" } });
    expect(room.find("knock")).toBeNull();
    expect(document.title).toBe("Weekly");
  });

  it("finds who waited before, in the server's order, and lets one, all or none in", async () => {
    room.meeting.channel.enter({ features: { lobby: { ...settings, queue: [bo, cy] } } });
    room.enter("cohost", []);
    await room.click("knock-look");
    const names = room.all("desk-entry").map((row) => row.querySelector(".desk-name")?.textContent);
    expect(names).toEqual(["Bo", "Cy"]);
    await room.click("admit");
    await room.click("admit-all");
    await room.click("deny");
    room.write("deny-message", " Come tomorrow. ");
    await room.click("deny-confirm");
    expect(room.meeting.channel.sent).toEqual([
      ["lobby.admit", { waiting: "p1" }],
      ["lobby.admit", {}],
      ["lobby.deny", { waiting: "p1", message: "Come tomorrow." }],
    ]);
  });

  it("sees that somebody calls by phone, and writes them nothing", async () => {
    room.meeting.channel.enter({ features: { lobby: { ...settings, queue: [bo, caller] } } });
    room.enter("host", []);
    await room.click("knock-look");
    const marks = room.all("desk-entry").map((row) => row.querySelector("[data-testid=by-phone]") !== null);
    expect(marks).toEqual([false, true]);
    await act(async () => room.all("deny")[1]?.click());
    expect(room.find("deny-message")).toBeNull();
    await room.click("deny-confirm");
    expect(room.meeting.channel.sent).toEqual([["lobby.deny", { waiting: "p3" }]]);
  });

  it("opens and closes the doors", async () => {
    room.meeting.channel.enter({ features: { lobby: settings } });
    room.enter("host", []);
    await room.click("people");
    await room.click("tab-desk");
    await room.click("lobby-locked");
    await room.click("lobby-on");
    expect(room.meeting.channel.sent).toEqual([
      ["lobby.lock", { locked: true }],
      ["lobby.set", { on: false }],
    ]);
    room.tell({ type: "lobby.settings", version: 2, data: { ...settings, on: false, locked: true } });
    expect(room.told).toContain(en.nowLocked);
    expect((room.find("lobby-locked") as HTMLInputElement).checked).toBe(true);
  });
});

it("lets a host set a passcode, change it and take it away, and shows it to nobody", async () => {
  room.meeting.channel.enter({ features: { lobby: settings } });
  room.enter("host", []);
  await room.click("people");
  await room.click("tab-desk");
  const isOn = () => (room.find("lobby-passcode") as HTMLInputElement).checked;
  expect(room.find("change-passcode")).toBeNull();
  await room.click("lobby-passcode");
  await act(async () => room.root.querySelector<HTMLElement>("dialog .dialog-actions .button")?.click());
  expect(isOn(), "nothing was set").toBe(false);
  await room.click("lobby-passcode");
  room.write("new-passcode", " 12345 ");
  expect((room.find("passcode-save") as HTMLButtonElement).disabled).toBe(true);
  room.write("new-passcode", " tulip 7 ");
  await room.click("passcode-save");
  room.tell({ type: "lobby.settings", version: 2, data: { ...settings, passcode: true } });
  expect(isOn()).toBe(true);
  await room.click("change-passcode");
  expect((room.find("new-passcode") as HTMLInputElement).value).toBe("");
  room.write("new-passcode", "another one");
  room.meeting.channel.refusals.set("lobby.set", new ParleyError("bad_request", "No."));
  await room.click("passcode-save");
  expect(room.find("problem")).not.toBeNull();
  room.meeting.channel.refusals.clear();
  await room.click("lobby-passcode");
  expect(room.meeting.channel.sent).toContainEqual(["lobby.set", { passcode: "tulip 7" }]);
  expect(room.meeting.channel.sent.at(-1)).toEqual(["lobby.set", { passcode: "" }]);
});

it("lets a host renew the link, copies the new one, and follows it in the page's own address", async () => {
  const writeText = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  history.replaceState(null, "", "/r/weekly?test#k=old");
  const { channel } = room.meeting;
  channel.enter({ features: { lobby: { ...settings, invite: "old" } } });
  room.enter("host", []);
  await room.click("people");
  await room.click("tab-desk");
  await room.click("renew-link");
  expect(room.root.querySelector("dialog")?.textContent).toContain(en.renewText);
  expect(room.find("renew-stage"), "it has one link").toBeNull();
  channel.refusals.set("lobby.renew", new ParleyError("forbidden", "No."));
  await room.click("renew-confirm");
  expect(room.find("problem")).not.toBeNull();
  expect(writeText).not.toHaveBeenCalled();
  channel.refusals.clear();
  channel.answers.set("lobby.renew", { invite: "new" });
  room.tell({ type: "lobby.invitation", data: { invite: "new" } });
  await room.click("renew-confirm");
  expect(channel.sent.at(-1)).toEqual(["lobby.renew", { stage: false }]);
  expect(writeText.mock.calls.at(-1)?.[0]).toMatch(/#k=new$/);
  expect(room.told).toEqual([en.renewed]);
  expect(room.find("renew-confirm")).toBeNull();
  expect(location.href).toMatch(/\/r\/weekly\?test#k=new$/);
  await room.click("copy-invite");
  expect(writeText.mock.calls.at(-1)?.[0]).toMatch(/#k=new$/);
});

it("renews either link of a webinar, and changes no address that is the other's", async () => {
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText: async () => {} } });
  history.replaceState(null, "", "/r/weekly#k=stage");
  const { channel } = room.meeting;
  channel.enter({ features: { lobby: { ...settings, invite: "old", stage_invite: "stage" } } });
  room.enter("cohost", []);
  await room.click("people");
  await room.click("tab-desk");
  room.tell({ type: "lobby.invitation", data: { invite: "new", stage_invite: "stage" } });
  expect(location.hash).toBe("#k=stage");
  expect(invitation()).toBe("stage");
  await room.click("renew-link");
  await room.click("renew-stage");
  channel.answers.set("lobby.renew", { invite: "new", stage_invite: "other" });
  await room.click("renew-confirm");
  expect(channel.sent.at(-1)).toEqual(["lobby.renew", { stage: true }]);
  room.tell({ type: "lobby.invitation", data: { invite: "new", stage_invite: "other" } });
  expect(location.hash).toBe("#k=other");
});

it("copies no link that is void, and says whom to ask", async () => {
  const writeText = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  history.replaceState(null, "", "/r/weekly#k=old");
  room.meeting.channel.enter({ features: { lobby: settings } });
  room.enter("panelist", []);
  await room.click("copy-invite");
  expect(writeText.mock.calls.at(-1)?.[0]).toMatch(/#k=old$/);
  room.tell({ type: "lobby.invitation", data: {} });
  await room.click("copy-invite");
  expect(writeText).toHaveBeenCalledTimes(1);
  expect(room.told.at(-1)).toBe(en.linkVoid);
});

it("says with the link that a passcode will be asked for", async () => {
  const writeText = vi.fn(async (_: string) => {});
  vi.stubGlobal("navigator", { ...navigator, clipboard: { writeText } });
  room.meeting.channel.enter({ features: { lobby: { ...settings, passcode: true } } });
  room.enter("panelist", []);
  await room.click("copy-invite");
  expect(writeText.mock.calls[0]?.[0].split("\n").at(1)).toBe(en.asksPasscode);
  expect(room.told).toEqual([en.copiedAsking]);
});

it("lets a host say who need not wait, while there is a lobby", async () => {
  room.meeting.channel.enter({ features: { lobby: settings } });
  room.enter("host", []);
  await room.click("people");
  await room.click("tab-desk");
  const isOn = (rule: string) => (room.find(`lobby-${rule}`) as HTMLInputElement).checked;
  expect([isOn("tokens"), isOn("returning"), isOn("callers")]).toEqual([true, true, false]);
  await room.click("lobby-callers");
  expect(room.meeting.channel.sent).toEqual([["lobby.set", { admits: { callers: true } }]]);
  room.tell({ type: "lobby.settings", version: 2, data: { ...settings, on: false } });
  expect(room.find("lobby-callers")).toBeNull();
});

it("is nothing to those who may let nobody in, nor on a server without one", () => {
  room.meeting.channel.enter({ features: { lobby: { ...settings, queue: [bo] } } });
  room.enter("panelist", [fakePerson(1)]);
  expect(room.find("knock")).toBeNull();
  room.become("host", []);
  expect(room.find("knock")).not.toBeNull();
  act(() => room.meeting.channel.enter({ features: undefined }));
  expect(room.find("knock")).toBeNull();
});

it("tells whoever waits their place, and lets them go", async () => {
  act(() => render(<WaitPage title="Weekly" place={3} announcement={null} />, room.root));
  expect(room.find("waiting")?.textContent).toContain(en.waitPlace(3));
  act(() => render(<WaitPage title="Weekly" place={1} announcement={null} />, room.root));
  expect(room.find("waiting")?.textContent).toContain(en.waitNext);
  await room.click("stop-waiting");
  expect(room.meeting.calls).toContainEqual(["leave"]);
});

it("tells whoever waits for a webinar that it has not begun, and asks for no camera", async () => {
  await act(async () => render(<WaitPage title="Webinar" place={null} announcement="Soon." />, room.root));
  expect(room.find("waiting")?.textContent).toContain(en.notBegun);
  expect(room.find("announcement")?.textContent).toBe("Soon.");
  expect(room.meeting.media.snapshot.camera.on).toBe(false);
  expect(room.find("camera")).toBeNull();
});
