// What hosts read of the server's telephones in the page: a provider that is down on their desk, and a room's own
// number in its invitation. The providers are registrars of a few lines.

import { createSocket, type Socket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { type Room, Server } from "./support/server.ts";

const OWN = "+44 20 7946 0124";
const sipPort = 15_000 + Math.floor(Math.random() * 4500);

/** Answers every REGISTER with a status. */
class Registrar {
  readonly #socket: Socket;
  #status: string;

  private constructor(socket: Socket, status: string) {
    this.#socket = socket;
    this.#status = status;
    socket.on("message", (bytes, from) =>
      socket.send(this.#answer(bytes.toString()), from.port, from.address),
    );
  }
  static async open(status: string): Promise<Registrar> {
    const socket = createSocket("udp4");
    await new Promise<void>((done) => socket.bind(0, "127.0.0.1", done));
    return new Registrar(socket, status);
  }
  get port(): number {
    return this.#socket.address().port;
  }
  close(): void {
    this.#socket.close();
  }
  #answer(request: string): string {
    const kept = request
      .split("\r\n")
      .filter((line) => /^(via|from|to|call-id|cseq|contact):/i.test(line))
      .map((line) => (/^to:/i.test(line) ? `${line};tag=registrar` : line));
    return [`SIP/2.0 ${this.#status}`, ...kept, "Expires: 600", "Content-Length: 0", "", ""].join("\r\n");
  }
}

let registrars: Registrar[];
let server: Server;
let ada: Person;

beforeAll(async () => {
  registrars = [await Registrar.open("403 Forbidden"), await Registrar.open("200 OK")];
  const accounts = registrars.map(({ port }) => `"sip:parley:very-secret@127.0.0.1:${port}"`);
  const config = join(tmpdir(), `parley-phone-desk-${process.pid}.toml`);
  const lines = [
    "[phone]",
    'address = "127.0.0.1"',
    `port = ${sipPort}`,
    'numbers = ["+44 20 7946 0123"]',
    `room_numbers = ["${OWN} = weekly"]`,
    'trunks = ["192.0.2.1"]',
    `registrations = [${accounts.join(", ")}]`,
    `rtp_port = ${50_000 + 2 * Math.floor(Math.random() * 5000)}`,
    "threads = 2",
  ];
  writeFileSync(config, `${lines.join("\n")}\n`);
  server = await Server.start({ args: ["--config", config] });
  ada = await Person.open({ name: "Ada", person: 0 });
  await ada.signIn(await server.host());
});

afterAll(async () => {
  await ada?.close();
  await server?.stop();
  for (const registrar of registrars) registrar.close();
});

it("tells a host which provider is down, why and what to do, without its secret", async () => {
  const headers = { authorization: `Bearer ${await server.host()}` };
  const told = await until(
    "both providers have answered",
    async () => (await fetch(`${server.origin}/api/v1/phone/trunks`, { headers })).text(),
    (text) => text.includes('"registered"') && text.includes('"down"'),
    60_000,
  );
  expect(told).not.toContain("very-secret");
  const { trunks } = JSON.parse(told) as { trunks: Record<string, unknown>[] };
  expect(trunks.map(({ state }) => state)).toEqual(["unwatched", "down", "registered"]);
  expect(trunks[1]).toMatchObject({
    trunk: `127.0.0.1:${registrars[0]?.port}`,
    reason: "refused",
    status: 403,
  });
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  expect(metrics).toMatch(/^parley_phone_trunks_down 1$/m);
  expect(metrics).toMatch(/^parley_phone_trunks_registered 1$/m);

  await ada.page.goto(server.origin);
  const notice = ada.byId("trunk-down");
  await notice.waitFor();
  expect(await notice.count()).toBe(1);
  const words = (await notice.textContent()) ?? "";
  expect(words).toContain("127.0.0.1");
  expect(words).toContain("SIP 403");
  expect(words).toContain("[phone] registrations");
  await ada.screenshot("phone-desk");
  await ada.page.setViewportSize({ width: 390, height: 844 });
  await ada.screenshot("phone-desk-phone");
  await ada.page.setViewportSize({ width: 1280, height: 800 });
});

it("invites by a room's own number, without a PIN", async () => {
  const weekly = await server.post<Room & { dial_in: Record<string, unknown> }>("/api/v1/rooms", {
    name: "weekly",
  });
  expect(weekly.dial_in.own_numbers).toEqual([OWN]);
  await ada.join(weekly);
  await ada.byId("people").click();
  const lines = ada.byId("dial-in");
  await lines.locator("summary").click();
  await lines.getByRole("link").first().waitFor();
  expect(await lines.getByRole("link").first().getAttribute("href")).toBe("tel:+442079460124");
  expect(await lines.textContent()).not.toContain(`PIN: ${String(weekly.dial_in.pin)} #`);
  await ada.screenshot("phone-own-number");
  await ada.page.setViewportSize({ width: 390, height: 844 });
  await ada.screenshot("phone-own-number-phone");
});
