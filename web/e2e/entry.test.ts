// How people get in: a passcode that is asked for, a lobby that lets some in by itself, and places in it that
// are kept when the server is killed.

import { afterAll, beforeAll, expect, it } from "vitest";
import { findings } from "./support/axe.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const kPatience = 60_000;
const kPhone = { width: 390, height: 844 };

let server: Server;
let room: Room;
let host: Person;
let ada: Person;
let ben: Person;

const look = async (person: Person, page: string) => {
  await person.screenshot(`entry-${page}`);
  expect(await findings(person), page).toEqual([]);
};
const desk = (person: Person) => person.byId("desk-entry").locator(".desk-name").allInnerTexts();

beforeAll(async () => {
  server = await Server.start({ workers: 1 });
  room = await server.makeRoom("Entry");
  host = await Person.open({ name: "Host", person: 0 });
  await host.signIn(await server.host());
  await host.join(room);
  ada = await Person.open({ name: "Ada", person: 1, viewport: kPhone });
  ben = await Person.open({ name: "Ben", person: 2 });
});

afterAll(async () => {
  await Promise.all([host, ada, ben].map((person) => person?.close()));
  await server?.stop();
});

it("lets a host set a passcode and open a lobby", async () => {
  await host.byId("people").click();
  await host.byId("tab-desk").click();
  await host.byId("lobby-on").check();
  await host.byId("doors-more").locator("summary").click();
  await host.byId("lobby-callers").waitFor();
  await host.byId("lobby-passcode").check();
  await host.byId("new-passcode").fill("tulip 7");
  await look(host, "passcode-dialog");
  await host.byId("passcode-save").click();
  await host.byId("change-passcode").waitFor();
  await look(host, "doors");
});

it("asks for the passcode, says that a wrong one is wrong, and goes on with the right one", async () => {
  await ada.goTo(room);
  await ada.byId("passcode").fill("tulip 8");
  await ada.byId("join").click();
  await ada.byId("problem").filter({ hasText: "This passcode is not right" }).waitFor();
  await look(ada, "passcode-wrong");
  await ada.byId("passcode").fill("tulip 7");
  await ada.byId("join").click();
  await ada.byId("waiting").waitFor();
  await ben.goTo(room);
  await ben.byId("passcode").fill("tulip 7");
  await look(ben, "passcode");
  await ben.byId("join").click();
  await ben.byId("waiting").waitFor();
  await until(
    "the host sees both",
    () => desk(host),
    (names) => names.join() === "Ada,Ben",
  );
});

it("keeps who waits, in their order, when the server is killed", { timeout: 3 * kPatience }, async () => {
  // Ben is back long before Ada.
  await ada.context.setOffline(true);
  await server.kill("SIGKILL");
  await server.run();
  const late = await Person.open({ name: "Late host" });
  await late.signIn(await server.host());
  await late.join(room);
  await late.byId("people").click();
  await late.byId("tab-desk").click();
  for (const person of [late, host]) {
    await until(
      `${person.name} sees the same people in the same order`,
      () => desk(person),
      (names) => names.join() === "Ada,Ben",
      kPatience,
    );
  }
  await late.close();
  await ada.context.setOffline(false);
  const places = [
    [ada, "You are the next"],
    [ben, "You are number 2"],
  ] as const;
  for (const [person, place] of places) {
    await person.byId("waiting").filter({ hasText: place }).waitFor({ timeout: kPatience });
  }
  await host.byId("reconnecting").waitFor({ state: "detached", timeout: kPatience });
  await host.byId("admit-all").click();
  for (const person of [ada, ben]) {
    await person.byId("leave").waitFor({ timeout: kPatience });
    await person.sees("Host", 0, kPatience);
  }
});

it("asks nobody again who comes back from the same page", async () => {
  await host.byId("lobby-on").uncheck();
  await ben.byId("leave").click();
  await ben.byId("again").click();
  await ben.byId("leave").waitFor();
  await host.byId("lobby-on").check();
});

it("lets bearers of tokens wait, too, where the host wants that", async () => {
  const eve = await Person.open({ name: "Eve" });
  await eve.signIn(server.token(room, "panelist", "Eve"));
  await host.byId("lobby-tokens").uncheck();
  await eve.goTo(room);
  expect(await eve.byId("passcode").count(), "somebody chose them").toBe(0);
  await eve.byId("join").click();
  await eve.byId("waiting").waitFor();
  await host.byId("admit").click();
  await eve.byId("leave").waitFor();
  await eve.close();
});

it("refuses the old link once it is renewed, and lets everybody stay and come back", async () => {
  await host.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await host.byId("renew-link").click();
  await look(host, "renew-link");
  await host.byId("renew-confirm").click();
  await host.byId("renew-confirm").waitFor({ state: "detached" });
  const renewed = await host.page.evaluate(() => navigator.clipboard.readText());
  expect(renewed).toContain(`/r/${room.name}#k=`);
  expect(renewed.split("#").at(1), "and the page's own address").toBe(host.page.url().split("#").at(1));
  expect(renewed.split("#").at(1)).not.toBe(room.url.split("#").at(1));

  await ben.page.reload();
  await ben.byId("leave").waitFor({ timeout: kPatience });
  await ben.sees("Host", 0, kPatience);
  const eve = await Person.open({ name: "Eve", viewport: kPhone });
  await eve.page.goto(room.url);
  await eve.byId("problem").filter({ hasText: "This invitation link is not right" }).waitFor();
  await look(eve, "link-renewed");
  await eve.byId("paste-link").fill(renewed);
  await eve.byId("open-link").click();
  await eve.byId("passcode").waitFor();
  await eve.close();
});

it("makes a meeting with a passcode", async () => {
  const maker = await Person.open({ name: "Maker", viewport: kPhone });
  await maker.signIn(await server.host());
  await maker.page.goto(server.origin);
  await maker.byId("with-passcode").fill("tulip 7");
  await look(maker, "home");
  await maker.byId("new-meeting").click();
  await maker.byId("name").waitFor();
  const [, name, invite] = /\/r\/([^#?]+)#k=(.+)$/.exec(maker.page.url()) ?? [];
  expect(await server.post(`/api/v1/rooms/${name}/check`, { invite }, "")).toMatchObject({ passcode: true });
  await maker.close();
});
