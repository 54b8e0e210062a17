// What somebody with a bad network gets of a meeting in Chromium: a link whose capacity falls and rises, one
// that loses packets, one behind a queue of seconds. Prints figures, and writes rows for `bench/run adapt`.
// Needs root for the namespaces.

import { afterAll, beforeAll, describe, it } from "vitest";
import type { InboundStats } from "../sdk/stats.ts";
import { benchRow } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Network } from "./support/netns.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

// What the queues before the links hold.
const kQueueMs = 300;
const kDeepQueueMs = 3_000;
const kLookMs = 100;

let network: Network;
let server: Server;
let people: Person[] = [];
let ben: Person;
let benAt: ReturnType<Network["client"]>;

beforeAll(async () => {
  network = new Network();
  benAt = network.client();
  server = await Server.start({ netns: network.server, address: network.serverIp, workers: 1 });
  const room = await server.makeRoom("Adapt");
  ben = await Person.open({ name: "Ben", person: 1, netns: benAt.netns });
  people = [ben];
  for (const [person, name] of ["Ada", "Cleo"].entries()) {
    const who = await Person.open({ name, person: 2 * person, netns: network.client().netns });
    people.push(who);
    await who.join(room);
  }
  await ben.join(room);
  await ben.sees("Ada", 0);
  await ben.hears([0, 2]);
});

afterAll(async () => {
  await Promise.all(people.map((person) => person.close()));
  await server?.stop();
  network?.close();
});

const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));

const row = (
  name: string,
  metric: string,
  value: number,
  unit: string,
  target: number | null,
  more?: boolean,
) => benchRow("adapt", name, metric, value, unit, target, more);

async function totals() {
  const { inbound } = await ben.stats();
  const sum = (kind: "audio" | "video", key: keyof InboundStats) =>
    inbound.filter((entry) => entry.kind === kind).reduce((all, entry) => all + Number(entry[key]), 0);
  return {
    frozen: sum("video", "freezeMs"),
    pictures: sum("video", "framesDecoded"),
    lost: sum("audio", "lost"),
    packets: sum("audio", "packets"),
    concealed: sum("audio", "concealedSamples") - sum("audio", "silentConcealedSamples"),
    samples: sum("audio", "samples"),
    bytes: sum("audio", "bytes") + sum("video", "bytes"),
    at: Date.now(),
  };
}

type Totals = Awaited<ReturnType<typeof totals>>;

// Shares in percent.
function between(before: Totals, after: Totals) {
  const of = (key: keyof Totals) => after[key] - before[key];
  return {
    kbps: (8 * of("bytes")) / of("at"),
    // Two pictures.
    frozen: (100 * of("frozen")) / (2 * of("at")),
    audioLost: (100 * of("lost")) / Math.max(1, of("lost") + of("packets")),
    concealed: (100 * of("concealed")) / Math.max(1, of("samples")),
  };
}

async function watch(ms: number) {
  const before = await totals();
  await sleep(ms);
  return between(before, await totals());
}

// How long what passes the link of so many kb/s waited, each kLookMs; the 95th percentile.
async function queueing(kbps: number, ms: number): Promise<number> {
  const waits: number[] = [];
  for (const end = Date.now() + ms; Date.now() < end; await sleep(kLookMs)) {
    waits.push((8 * network.queue(benAt).waiting) / kbps);
  }
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? 0;
}

describe("a link that falls from 2 Mb/s to 300 kb/s and rises again", () => {
  it("is followed", async () => {
    const name = "2 Mb/s -> 300 kb/s -> 2 Mb/s";
    network.limit(benAt, 2_000, kQueueMs);
    await sleep(10_000);
    const [before, calm] = await Promise.all([watch(10_000), queueing(2_000, 10_000)]);

    const fell = await totals();
    network.limit(benAt, 300, kQueueMs);
    const from = Date.now();
    await until(
      "no queue stands before the weak link",
      async () => network.queue(benAt).waiting,
      (waiting) => (8 * waiting) / 300 < kQueueMs / 2,
    );
    const down = Date.now() - from;
    const weakQueue = await queueing(300, 15_000);
    const weak = between(fell, await totals());

    const rose = await totals();
    network.limit(benAt, 2_000, kQueueMs);
    const up = Date.now();
    await until(
      "as much comes as came before",
      () => watch(1_000),
      ({ kbps }) => kbps >= 0.85 * before.kbps,
      60_000,
    );
    const recovery = (Date.now() - up) / 1_000;
    const backQueue = await queueing(2_000, 5_000);
    const back = between(rose, await totals());
    row(name, "received at 2 Mb/s", before.kbps, "kb/s", null);
    row(name, "until the queue is gone", down, "ms", 2_000);
    row(name, "received at 300 kb/s", weak.kbps, "kb/s", null);
    row(name, "until 85 % of it is back", recovery, "s", 15);
    row(name, "queueing p95 at 2 Mb/s", Math.max(calm, backQueue), "ms", 150);
    row(name, "queueing p95 at 300 kb/s", weakQueue, "ms", 150);
    row(name, "audio lost", Math.max(before.audioLost, weak.audioLost, back.audioLost), "%", 1);
    row(name, "frozen at 300 kb/s", weak.frozen, "%", null);
  });
});

describe("a link of 1 Mb/s behind a queue of three seconds", () => {
  it("is not filled", async () => {
    network.limit(benAt, 1_000, kDeepQueueMs);
    await sleep(10_000);
    const [got, waits] = await Promise.all([watch(20_000), queueing(1_000, 20_000)]);
    const name = "1 Mb/s, queue of 3 s";
    row(name, "received", got.kbps, "kb/s", null);
    row(name, "queueing p95", waits, "ms", 150);
    row(name, "audio lost", got.audioLost, "%", 1);
    row(name, "frozen", got.frozen, "%", null);
    network.limit(benAt, null);
  });
});

describe("a network that loses packets", () => {
  it.each([
    [5, 1, 1],
    [10, 3, 3],
    [20, 8, 10],
  ])("of %i %% carries most of the sound", async (percent, concealed, frozen) => {
    network.lose(benAt.netns, percent);
    await sleep(8_000);
    const got = await watch(15_000);
    row(`loss ${percent} %`, "received", got.kbps, "kb/s", null);
    row(`loss ${percent} %`, "sound concealed", got.concealed, "%", concealed);
    row(`loss ${percent} %`, "frozen", got.frozen, "%", frozen);
  });
});
