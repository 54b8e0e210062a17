// A receiver's network that loses packets: what is still heard and seen of somebody with a good one.
// Needs root for the namespaces.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { InboundStats } from "../sdk/stats.ts";
import type { TestHook } from "../sdk/test-hook.ts";
import { figure } from "./support/figures.ts";
import { until } from "./support/measure.ts";
import { Network } from "./support/netns.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

const kMeasuredMs = 12_000;
const kTargets = new Map([
  [5, { concealed: 1, frozen: 1 }],
  [10, { concealed: 3, frozen: 3 }],
  [20, { concealed: 8, frozen: 10 }],
]);

let network: Network;
let server: Server;
let ada: Person;
let ben: Person;
let whole: Awaited<ReturnType<typeof measure>>;
let benAt: ReturnType<Network["client"]>;

beforeAll(async () => {
  network = new Network();
  benAt = network.client();
  const adaAt = network.client();
  server = await Server.start({ netns: network.server, address: network.serverIp, workers: 2 });
  const room = await server.makeRoom("Radio");
  ada = await Person.open({ name: "Ada", person: 0, netns: adaAt.netns });
  ben = await Person.open({ name: "Ben", person: 1, netns: benAt.netns });
  await ada.join(room);
  await ben.join(room);
  await ben.sees("Ada", 0);
  await ben.hears([0]);
  await ben.page.evaluate(() => {
    const page = window as unknown as { __parley: TestHook; __reconnected: number };
    page.__reconnected = 0;
    page.__parley.meeting.on("reconnected", () => ++page.__reconnected);
  });
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
  network?.close();
});

async function heardAndSeen(): Promise<{ audio: InboundStats; video: InboundStats }> {
  const { inbound } = await ben.stats();
  const most = (kind: "audio" | "video") =>
    inbound.filter((entry) => entry.kind === kind).reduce((a, b) => (b.packets > a.packets ? b : a));
  return { audio: most("audio"), video: most("video") };
}

function bytesEach(before: InboundStats, after: InboundStats): number {
  return (after.bytes - before.bytes) / (after.packets - before.packets);
}

// Shares in percent, over kMeasuredMs from now.
async function measure() {
  const before = await heardAndSeen();
  await new Promise((done) => setTimeout(done, kMeasuredMs));
  const after = await heardAndSeen();
  const audio = (key: "concealedSamples" | "samples" | "lost" | "packets") =>
    after.audio[key] - before.audio[key];
  return {
    lost: (100 * audio("lost")) / (audio("lost") + audio("packets")),
    concealed: (100 * audio("concealedSamples")) / audio("samples"),
    frozen: (100 * (after.video.freezeMs - before.video.freezeMs)) / kMeasuredMs,
    bytesEach: bytesEach(before.audio, after.audio),
    frames: after.video.framesDecoded - before.video.framesDecoded,
  };
}

describe("a network that loses nothing", () => {
  it("carries every word once", async () => {
    whole = await measure();
    figure(
      `no loss: ${whole.concealed.toFixed(1)} % of sound concealed, picture frozen ${whole.frozen.toFixed(1)} % of the time`,
    );
    // The publisher repeats each packet in the next (RED), which nobody here needs.
    const sent = (await ada.stats()).outbound.find((entry) => entry.kind === "audio" && entry.bytes > 0);
    expect(whole.bytesEach).toBeLessThan(0.7 * ((sent?.bytes ?? 0) / (sent?.packets ?? 1)));
  });
});

describe.each([...kTargets])("a network that loses %i %%", (percent, target) => {
  it("carries more of the sound than it carries of the packets", async () => {
    network.lose(benAt.netns, percent);
    const first = (await heardAndSeen()).audio;
    await until(
      "packets carry what was in earlier ones",
      async () => bytesEach(first, (await heardAndSeen()).audio),
      (bytes) => bytes > 1.3 * whole.bytesEach,
    );
    await new Promise((done) => setTimeout(done, 4_000));

    const { lost, concealed, frozen, frames } = await measure();
    figure(
      `${percent} % loss (${lost.toFixed(1)} % of audio packets lost): ${concealed.toFixed(1)} % of sound concealed ` +
        `(target ${target.concealed}), picture frozen ${frozen.toFixed(1)} % of the time (target ${target.frozen})`,
    );
    expect(lost).toBeGreaterThan(percent / 2);
    // A busy machine conceals something where nothing is lost.
    expect(concealed - whole.concealed).toBeLessThan(lost / 2);
    expect(frames).toBeGreaterThan(0);
  });
});

// A network that is another one shows itself by silence too (silence-watch.ts): it must not be seen everywhere.
describe("a network that loses much and then is silent for half a second", () => {
  it("is taken for another one once at most", async () => {
    network.lose(benAt.netns, 100);
    await new Promise((done) => setTimeout(done, 500));
    network.lose(benAt.netns, 0);
    await ben.sees("Ada", 0);
    await ben.hears([0]);
    const reconnected = await ben.page.evaluate(
      () => (window as unknown as { __reconnected: number }).__reconnected,
    );
    figure(
      `5 to 20 % loss and half a second of silence: the network was taken for another one ${reconnected} times`,
    );
    expect(reconnected).toBeLessThanOrEqual(1);
  });
});
