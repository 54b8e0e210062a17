// Cameras sent as VP9 and AV1, in layers, to somebody whose link grows weak: the picture steps down
// without stopping, says so, and comes back. Needs root for the namespaces.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InboundStats } from "../sdk/stats.ts";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Network } from "./support/netns.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

const kWeakKbps = 160;

let network: Network;
let server: Server;
let ada: Person;
let ben: Person;
let benAt: ReturnType<Network["client"]>;
let adaAt: ReturnType<Network["client"]>;

beforeAll(async () => {
  network = new Network();
  benAt = network.client();
  adaAt = network.client();
  server = await Server.start({ netns: network.server, address: network.serverIp, workers: 1 });
  ada = await Person.open({ name: "Ada", person: 0, netns: adaAt.netns });
  ben = await Person.open({ name: "Ben", person: 1, netns: benAt.netns });
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
  network?.close();
});

async function picture(): Promise<InboundStats> {
  const { inbound } = await ben.stats();
  return inbound
    .filter((entry) => entry.kind === "video")
    .reduce((a, b) => (b.framesDecoded > a.framesDecoded ? b : a));
}

const seconds = (count: number) => new Promise((done) => setTimeout(done, count * 1_000));

// Over so many seconds from now.
async function watch(count: number) {
  const before = await picture();
  await seconds(count);
  const after = await picture();
  return {
    height: after.height,
    fps: (after.framesDecoded - before.framesDecoded) / count,
    frozen: (after.freezeMs - before.freezeMs) / (10 * count),
    kbps: (8 * (after.bytes - before.bytes)) / (1_000 * count),
    codec: after.codec,
  };
}

describe.each(["VP9", "AV1"])("a camera that sends %s", (codec) => {
  it("steps down on a weak link and comes back", async () => {
    const room = await server.makeRoom(codec);
    await ada.join({ ...room, url: room.url.replace("?test", `?test&codec=${codec}`) });
    await ben.join(room);
    await ben.sees("Ada", 0);
    await until("the largest picture", picture, ({ height }) => height >= 300, 30_000);
    const whole = await watch(5);
    expect(whole.codec).toBe(`video/${codec}`);

    // A camera that is short of processor time may send so little that all of it fits.
    const fits = whole.kbps < kWeakKbps;
    network.limit(benAt, kWeakKbps);
    await until("a smaller picture", picture, ({ height }) => fits || height < whole.height, 60_000);
    await seconds(5);
    const weak = await watch(8);
    network.limit(benAt, null);
    const from = Date.now();
    await until("the largest picture again", picture, ({ height }) => height >= whole.height, 60_000);
    const back = (Date.now() - from) / 1_000;
    await seconds(3);
    const again = await watch(5);
    const show = ({ height, fps, frozen, kbps }: typeof whole) =>
      `${height} lines, ${fps.toFixed(0)}/s, ${kbps.toFixed(0)} kb/s, frozen ${frozen.toFixed(0)} %`;
    figure(
      `${codec}: ${show(whole)}; at ${kWeakKbps} kb/s ${show(weak)}; whole again after ${back.toFixed(1)} s: ${show(again)}`,
    );
    expect(weak.fps).toBeGreaterThan(1);
    expect(weak.kbps).toBeLessThan(kWeakKbps);
    expect(again.fps).toBeGreaterThan(whole.fps / 2);
  }, 240_000);
});
