// Somebody of whom the operator takes little: told of it by REMB, a browser sends no more, and so loses nothing.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

// The camera alone would take half as much again.
const kLimitKbps = 300;

const folder = mkdtempSync(join(tmpdir(), "parley-uplink-"));
let server: Server;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  const config = join(folder, "parley.toml");
  writeFileSync(config, `[media]\nmax_uplink_kbps = ${kLimitKbps}\n`);
  server = await Server.start({ workers: 1, args: ["--config", config] });
  ada = await Person.open({ name: "Ada", person: 0 });
  ben = await Person.open({ name: "Ben", person: 1 });
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function sent() {
  const { outbound, transport } = await ada.stats();
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  return {
    at: Date.now(),
    bytes: outbound.reduce((all, { bytes }) => all + bytes, 0),
    refused: Number(/^parley_\w*over_limit\S* (\d+)$/m.exec(metrics)?.[1]),
    estimate: transport.availableOutgoingBitrate ?? Number.POSITIVE_INFINITY,
  };
}

it("sends no more than it may and loses nothing", async () => {
  const room = await server.makeRoom("Uplink");
  await ada.join(room);
  await ben.join(room);
  await ben.sees("Ada", 0);
  const told = ({ estimate }: Awaited<ReturnType<typeof sent>>) => estimate <= 1_000 * kLimitKbps;
  const before = await until("it knows what it may send", sent, told, 30_000);
  await new Promise((done) => setTimeout(done, 6_000));
  const after = await sent();
  const kbps = (8 * (after.bytes - before.bytes)) / (after.at - before.at);
  figure(
    `uplink of at most ${kLimitKbps} kb/s: ${kbps.toFixed(0)} kb/s sent, ${after.refused} packets refused in all`,
  );
  expect(told(after)).toBe(true);
  expect(kbps).toBeGreaterThan(0);
  expect(kbps).toBeLessThan(kLimitKbps);
  expect(after.refused - before.refused).toBe(0);
}, 120_000);
