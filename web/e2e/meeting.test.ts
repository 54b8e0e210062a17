// Three people meet: what each sees and hears is measured in their own page. Their transports lie on
// two workers, so every pair is tried on one core or across cores.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ada: Person;
let ben: Person;
let cy: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Weekly");
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(await server.host());
  ben = await Person.open({ name: "Ben", person: 1 });
  cy = await Person.open({ name: "Cy", person: 2 });
});

afterAll(async () => {
  await Promise.all([ada, ben, cy].map((person) => person?.close()));
  await server?.stop();
});

// Ada is the host, and her page says so.
async function adaMayEnd(): Promise<void> {
  await ada.byId("more").click();
  await ada.byId("end").waitFor();
  await ada.page.keyboard.press("Escape");
}

describe("a meeting of three", () => {
  it("shows and plays each of two to the other", async () => {
    await ada.join(room);
    await ben.join(room);
    await Promise.all([ada.sees("Ben", 1), ben.sees("Ada", 0)]);
    await ada.hears([1]);
    await ben.hears([0]);
  });

  it("shows all that a small camera sees", async () => {
    const lines = async () => Math.max(...(await ada.stats()).inbound.map(({ height }) => height));
    await until("Ada sees all 360 lines of Ben", lines, (height) => height === 360, 30_000);
  });

  it("brings in somebody who joins late", async () => {
    await cy.join(room);
    await Promise.all([cy.sees("Ada", 0), cy.sees("Ben", 1), ada.sees("Cy", 2), ben.sees("Cy", 2)]);
    await cy.hears([0, 1]);
    await ada.hears([1, 2]);
    await ben.hears([0, 2]);
    await ada.screenshot("room-three");
  });

  it("does not make the page jump for who joins", async () => {
    const { sum, moved } = await cy.layoutShift();
    expect(sum, moved.join("\n")).toBeLessThan(0.1); // what web.dev calls good
  });

  it("lies on both workers", async () => {
    const ports = await Promise.all(
      [ada, ben, cy].map(async (person) => (await person.stats()).transport.remoteAddress.split(":").at(-1)),
    );
    expect(new Set(ports).size).toBe(2);
  });

  it("silences who mutes, and only them", async () => {
    await ben.byId("mic").click();
    await ada.hears([2]);
    await cy.hears([0]);
    await ben.byId("mic").click();
    await ada.hears([1, 2]);
  });

  it("takes a camera off and on again", async () => {
    await ben.byId("camera").click();
    await until(
      "Ben's tile has no picture",
      () => ada.tile("Ben").locator("video:visible").count(),
      (videos) => videos === 0,
    );
    await ben.byId("camera").click();
    await ada.sees("Ben", 1);
  });

  it("marks who speaks", async () => {
    await ada.byId("mic").click();
    await ben.byId("mic").click();
    await until(
      "Cy is marked as speaking",
      () => ada.tile("Cy").getAttribute("data-speaking"),
      (speaking) => speaking === "true",
    );
    await until(
      "Ben is not any more",
      () => ada.tile("Ben").getAttribute("data-speaking"),
      (speaking) => speaking !== "true",
    );
    await ada.byId("mic").click();
    await ben.byId("mic").click();
  });

  it("pins who is chosen", async () => {
    await ada.tile("Ben").hover();
    await ada.tile("Ben").getByTestId("pin").click();
    await until(
      "Ben is pinned",
      () => ada.tile("Ben").first().getAttribute("data-pinned"),
      (pinned) => pinned === "true",
    );
    await ada.sees("Ben", 1);
    await ada.screenshot("room-pinned");
    await ada.tile("Ben").first().hover();
    await ada.tile("Ben").first().getByTestId("pin").click();
  });

  it("shares a screen, and ends it", async () => {
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor();
    const frames = new Set<number>();
    await until(
      "Ada sees a moving picture of Ben's screen",
      () =>
        ada
          .tile("Ben", "screen")
          .locator("video")
          .evaluate((video: HTMLVideoElement) =>
            video.videoWidth > 0 ? video.getVideoPlaybackQuality().totalVideoFrames : 0,
          ),
      // A screen on which nothing changes is sent seldom.
      (count) => count > 0 && frames.add(count).size > 1,
      60_000,
    );
    await ada.sees("Cy", 2);
    await ada.screenshot("room-share");
    await ben.byId("share").click();
    await ada.tile("Ben", "screen").waitFor({ state: "detached" });
  });

  it("carries chat", async () => {
    await ada.byId("chat").click();
    await ada.byId("chat-input").fill("hello, <b>everyone</b> 你好");
    await ada.byId("chat-input").press("Enter");
    await ben.byId("chat").click();
    await until(
      "Ben reads it as it was written",
      () => ben.byId("chat-message").allInnerTexts(),
      (texts) => texts.some((text) => text.includes("hello, <b>everyone</b> 你好")),
    );
    await ben.screenshot("room-chat");
    await ada.page.keyboard.press("Escape");
    await ben.page.keyboard.press("Escape");
  });

  it("keeps somebody who reloads", async () => {
    const before = await ada.tile("Ben").getAttribute("data-participant");
    await ben.page.reload();
    await ben.byId("leave").waitFor();
    await ben.sees("Ada", 0);
    await ada.sees("Ben", 1);
    await ada.hears([1, 2]);
    expect(await ada.tile("Ben").getAttribute("data-participant")).toBe(before);
  });

  it("comes back by itself after the server was killed", async () => {
    const before = await ada.tile("Cy").getAttribute("data-participant");
    await adaMayEnd();
    await server.kill("SIGKILL");
    await server.run();
    await Promise.all([ada.sees("Ben", 1, 30_000), ben.sees("Cy", 2, 30_000), cy.sees("Ada", 0, 30_000)]);
    await ada.hears([1, 2]);
    expect(await ada.tile("Cy").getAttribute("data-participant")).toBe(before);
    await adaMayEnd();
  });

  it("lets somebody leave, and the others go on", async () => {
    await cy.byId("leave").click();
    await until(
      "Cy's tile is gone",
      () => ada.tileNames(),
      (names) => names.join() === "Ada,Ben",
    );
    await ada.sees("Ben", 1);
    await ada.hears([1]);
    await cy.screenshot("left");
  });
});
