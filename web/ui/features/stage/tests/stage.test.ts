import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { WireStage } from "../../../../sdk/index.ts";
import { fakePerson } from "../../../dev/fake-meeting.ts";
import { openMenu } from "../../../tests/open-menu.ts";
import { RoomFixture } from "../../../tests/room-fixture.tsx";
import { en } from "../words.ts";

let room: RoomFixture;
beforeEach(() => {
  room = new RoomFixture();
});
afterEach(() => room.close());

const face = (participant: string) => ({ participant, source: "camera" }) as const;
const told = (version: number, data: WireStage) => room.tell({ type: "stage.settings", version, data });
const large = () =>
  room.all("tile").flatMap(({ dataset }) => (dataset.stage === "true" ? [dataset.participant] : []));
const press = (key: string) =>
  act(() => void document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));

it("shows those in the spotlight large to everybody, until one pins or chooses otherwise", async () => {
  room.enter("attendee", [fakePerson(1, { name: "Bo" }), fakePerson(2), fakePerson(3)]);
  expect(large()).toEqual([]);
  told(2, { spotlight: [face("p1"), face("p2")], layout: null });
  expect(large()).toEqual(["p1", "p2"]);
  expect(room.told).toEqual([en.nowLit("Bo")]);
  expect(room.all("lit")).toHaveLength(2);
  await act(async () => room.all("pin")[3]?.click());
  expect(large()).toEqual(["p3"]);
  press("w");
  expect(large(), "a gallery of one's own").toEqual([]);
  told(3, { spotlight: [face("p2")], layout: null });
  expect(large(), "what hosts set anew counts again").toEqual(["p2"]);
  told(4, { spotlight: [], layout: null });
  expect(large()).toEqual([]);
});

it("follows the layout that hosts set for all", () => {
  room.enter("panelist", [fakePerson(1)]);
  told(2, { spotlight: [], layout: "speaker" });
  expect(large()).toEqual(["p1"]);
  press("w");
  expect(large()).toEqual([]);
  told(3, { spotlight: [], layout: "speaker" });
  expect(large(), "nothing has changed").toEqual([]);
  told(4, { spotlight: [], layout: "gallery" });
  told(5, { spotlight: [], layout: "speaker" });
  expect(large()).toEqual(["p1"]);
});

it("is directed by hosts: from the list of people, and from the desk", async () => {
  room.meeting.channel.enter({ features: { stage: { spotlight: [face("p2")], layout: null } } });
  room.enter("host", [fakePerson(1), fakePerson(2)]);
  await room.click("people");
  for (const menu of room.all("person-menu")) openMenu(menu);
  for (const line of room.all("light-camera")) await act(async () => line.click());
  press("q");
  await room.click("light-self");
  await room.choose("layout-for-all", "gallery");
  await room.choose("layout-for-all", "free");
  await room.click("end-spotlight");
  expect(room.meeting.channel.sent).toEqual([
    ["stage.spotlight", { show: [face("p2"), face("p1")] }],
    ["stage.spotlight", { show: [] }],
    ["stage.spotlight", { show: [face("p2"), face("p0")] }],
    ["stage.layout", { layout: "gallery" }],
    ["stage.layout", { layout: null }],
    ["stage.spotlight", { show: [] }],
  ]);
});
