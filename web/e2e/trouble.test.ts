// What goes wrong for people, and what the page then tells them: each trouble has a sentence, a remedy, and
// no way into a dead end. Screenshots of each are kept.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

let server: Server;
let room: Room;
let ben: Person;
let ada: Person | null = null;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  room = await server.makeRoom("Trouble");
  ben = await Person.open({ name: "Ben", person: 1 });
  await ben.signIn(await server.host());
  await ben.join(room);
});

afterEach(async () => {
  await ada?.close();
  ada = null;
});

afterAll(async () => {
  await ben?.close();
  await server?.stop();
});

// The page tells this, in these words, and what to do about it.
async function tells(person: Person, what: string, remedy: string, picture: string): Promise<void> {
  const shown = await until(
    `${person.name} reads "${what}"`,
    () => person.byId("problem").allInnerTexts(),
    (texts) => texts.some((text) => text.includes(what)),
  );
  expect(shown.join("\n")).toContain(remedy);
  await person.screenshot(picture);
}

// Without devices people still hear and see, and are seen as a name.
async function takesPartWithoutDevices(person: Person): Promise<void> {
  await person.byId("join").click();
  await person.byId("leave").waitFor();
  await person.sees("Ben", 1);
  await person.hears([1]);
  await ben.tile(person.name).waitFor();
}

// Whoever closes the browser without leaving keeps their place for a while: each test has a name of its own.
let comers = 0;
function newcomer(person?: number): Promise<Person> {
  comers++;
  return Person.open(person === undefined ? { name: `Ada ${comers}` } : { name: `Ada ${comers}`, person });
}

describe("devices", () => {
  it("may be refused", async () => {
    ada = await newcomer(0);
    await ada.context.addInitScript(() => {
      navigator.mediaDevices.getUserMedia = () =>
        Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    });
    await ada.goTo(room);
    await tells(ada, "the browser does not allow it", "allow it, and try again", "trouble-refused");
    await takesPartWithoutDevices(ada);
    await ada.screenshot("trouble-refused-room");
  });

  it("may be missing", async () => {
    ada = await newcomer();
    await ada.goTo(room);
    await tells(ada, "none was found", "or join without", "trouble-no-devices");
    await takesPartWithoutDevices(ada);
    await ada.screenshot("trouble-no-devices-room");
  });

  it("may be in use, until they are free again", async () => {
    ada = await newcomer(0);
    await ada.context.addInitScript(() => {
      const { mediaDevices } = navigator;
      const open = mediaDevices.getUserMedia.bind(mediaDevices);
      mediaDevices.getUserMedia = (wish) =>
        "isFree" in window
          ? open(wish)
          : Promise.reject(new DOMException("Could not start video source", "NotReadableError"));
    });
    await ada.goTo(room);
    await tells(ada, "another program is using it", "Close the other program", "trouble-in-use");
    await ada.page.evaluate(() => Object.assign(window, { isFree: true }));
    await ada.byId("problem").getByRole("button").click();
    await ada.byId("problem").waitFor({ state: "detached" });
    await ada.byId("join").click();
    await ben.sees(ada.name, 0);
    await ben.hears([0]);
  });
});

describe("links", () => {
  it("may carry a wrong key", async () => {
    ada = await newcomer(0);
    await ada.page.goto(room.url.replace(/#k=.*/, "#k=AAAAAAAAAAAAAAAAAAAAAA"));
    await tells(ada, "This invitation link is not right", "copy the whole link", "trouble-wrong-key");
  });

  it("may be no page at all", async () => {
    ada = await newcomer(0);
    const response = await ada.page.goto(`${server.origin}/R/${room.name}`);
    expect(response?.status()).toBe(404);
    await ada.byId("no-page").getByText("There is no such page").waitFor();
    await ada.screenshot("trouble-no-page");
    await ada.byId("paste-link").fill(room.url);
    await ada.byId("open-link").click();
    await ada.byId("name").waitFor();
  });

  it("may name a room that is not there", async () => {
    ada = await newcomer(0);
    await ada.page.goto(room.url.replace(room.name, "no-such-room-99"));
    await tells(ada, "no such room", "ask the host for a new one", "trouble-no-room");
  });
});

describe("a host's access", () => {
  it("may have expired, and keeps nobody out whom an invitation lets in", async () => {
    const everywhere = { ...room, name: "*" };
    ada = await newcomer(0);
    await ada.signIn(server.token(everywhere, "host", ada.name, "1s"));
    // Clocks may differ by five.
    await new Promise((done) => setTimeout(done, 7_000));
    await ada.page.goto(server.origin);
    await tells(ada, "Your host access has expired", "Open a host link again", "trouble-expired-desk");
    await ada.page.goto(room.url.replace(/#.*/, ""));
    await tells(ada, "Your access has expired", "Ask the host for a new link", "trouble-expired");
    await ada.page.goto("about:blank"); // another fragment alone would not load anew
    await ada.join(room);
    await Promise.all([ada.sees("Ben", 1), ben.sees(ada.name, 0)]);
  });
});

describe("connections", () => {
  it("may lose the WebSocket alone, and the media goes on", async () => {
    ada = await newcomer(0);
    await ada.context.addInitScript(() => {
      // The page's, also in the frame in which its peer connections live.
      const page = top as Window & { opened?: { sockets: WebSocket[]; peers: number } };
      page.opened ??= { sockets: [], peers: 0 };
      const { opened } = page;
      window.WebSocket = new Proxy(window.WebSocket, {
        construct(target, args) {
          const socket = Reflect.construct(target, args) as WebSocket;
          opened.sockets.push(socket);
          return socket;
        },
      });
      window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
        construct(target, args) {
          opened.peers++;
          return Reflect.construct(target, args) as RTCPeerConnection;
        },
      });
    });
    await ada.join(room);
    await Promise.all([ada.sees("Ben", 1), ben.sees(ada.name, 0)]);
    const opened = () =>
      (ada as Person).page.evaluate(() => {
        const { sockets, peers } = (window as unknown as { opened: { sockets: WebSocket[]; peers: number } })
          .opened;
        return { sockets: sockets.length, isOpen: sockets.at(-1)?.readyState === WebSocket.OPEN, peers };
      });
    const before = await opened();
    expect(before.peers).toBe(1);
    const participant = await ben.tile(ada.name).getAttribute("data-participant");
    await ada.page.evaluate(() => {
      (window as unknown as { opened: { sockets: WebSocket[] } }).opened.sockets.at(-1)?.close();
    });
    await until("another socket is open", opened, (now) => now.sockets > before.sockets && now.isOpen);
    await until(
      "the banner is gone",
      () => (ada as Person).byId("reconnecting").count(),
      (banners) => banners === 0,
    );
    await Promise.all([ada.sees("Ben", 1), ben.sees(ada.name, 0)]);
    await ada.hears([1]);
    await ben.hears([0]);
    expect((await opened()).peers).toBe(before.peers);
    expect(await ben.tile(ada.name).getAttribute("data-participant")).toBe(participant);
  });

  it("may be away while the link is looked at, and the page asks again by itself", async () => {
    ada = await newcomer(0);
    await ada.page.route("**/check", (route) => route.abort());
    await ada.page.goto(room.url);
    await tells(ada, "The server does not answer", "Check your connection", "trouble-server-away-link");
    await ada.page.unroute("**/check");
    await ada.byId("join").waitFor();
  });

  it("may find the server away from the join page", async () => {
    ada = await newcomer(0);
    await ada.goTo(room);
    await server.kill("SIGKILL");
    await ada.byId("join").click();
    await tells(
      ada,
      "The server does not answer",
      "Check your connection, then try again",
      "trouble-server-away-join",
    );
    await ben.byId("reconnecting").waitFor();
    await ben.screenshot("trouble-server-away-room");
    await server.run();
    await ada.byId("join").click();
    await ada.byId("leave").waitFor();
    await Promise.all([ada.sees("Ben", 1, 40_000), ben.sees(ada.name, 0, 40_000)]);
  });
});

describe("hosts", () => {
  it("may remove somebody, who may ask and come again", async () => {
    ada = await newcomer(0);
    await ada.join(room);
    await ben.sees(ada.name, 0);
    await ben.byId("people").click();
    const row = ben.byId("person").filter({ hasText: ada.name });
    await row.getByTestId("person-menu").click();
    await row.getByTestId("remove-person").click();
    await ben.page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
    await ada.byId("again").waitFor();
    expect(await ada.page.getByRole("main").textContent()).toContain("You were removed from the meeting");
    await ada.screenshot("trouble-removed");
    const { name } = ada;
    await until(
      "the tile is gone",
      () => ben.tile(name).count(),
      (tiles) => tiles === 0,
    );
    await ben.page.keyboard.press("Escape");
  });

  it("may end the meeting for everyone", async () => {
    ada = await newcomer(0);
    await ada.join(room);
    await ada.sees("Ben", 1);
    await ben.byId("more").click();
    await ben.byId("end").click();
    await ben.screenshot("trouble-end-question");
    await ben.page.getByRole("dialog").getByRole("button", { name: "End for all", exact: true }).click();
    for (const person of [ada, ben]) {
      await person.byId("again").waitFor();
      expect(await person.page.getByRole("main").textContent()).toContain("The meeting was ended");
    }
    await ada.screenshot("trouble-ended");
  });
});
