// A worker of the server is emptied under a meeting: whoever is on it goes over to another one, and nobody
// hears it. What is recorded of them goes on as well.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { figure } from "./support/figures.ts";
import { longestSilence, until } from "./support/measure.ts";
import { Person } from "./support/person.ts";
import { Server } from "./support/server.ts";

interface Track {
  participant: string;
  kind: string;
  end_us: number;
}

interface Worker {
  worker: number;
  transports: number;
  draining: boolean;
}

let server: Server;
let ada: Person;
let ben: Person;

beforeAll(async () => {
  server = await Server.start({ workers: 2 });
  const room = await server.makeRoom("Moving", { recording: { auto: true } });
  ada = await Person.open({ name: "Ada", person: 0 });
  ben = await Person.open({ name: "Ben", person: 1 });
  await ada.join(room);
  await ben.join(room);
  await Promise.all([ada.sees("Ben", 1), ben.sees("Ada", 0)]);
  await ada.hears([1]);
  await ben.hears([0]);
});

afterAll(async () => {
  await Promise.all([ada, ben].map((person) => person?.close()));
  await server?.stop();
});

async function ask(method: string, path: string, body?: object): Promise<Response> {
  return fetch(server.origin + path, {
    method,
    headers: { authorization: `Bearer ${await server.host()}`, "content-type": "application/json" },
    ...(body && { body: JSON.stringify(body) }),
  });
}

async function workers(): Promise<Worker[]> {
  return ((await (await ask("GET", "/api/v1/workers")).json()) as { workers: Worker[] }).workers;
}

describe("a worker that is emptied", () => {
  it("is left by whoever is on it, whose sound goes on both ways", async () => {
    // Each sends by one, and the recorder is sent sound and picture of each by two.
    expect((await workers()).map(({ transports }) => transports)).toEqual([3, 3]);
    const id = await ben.tile("Ada").getAttribute("data-participant");
    const heard = Promise.all([ada, ben].map((person) => longestSilence(person.page, 12_000)));
    await new Promise((done) => setTimeout(done, 3_000));
    expect((await ask("PATCH", "/api/v1/workers/0", { draining: true })).status).toBe(204);
    await until("worker 0 has nobody", workers, ([first]) => first?.transports === 0, 40_000);
    const [byAda, byBen] = await heard;
    figure(
      `moved to another worker: longest silence ${byAda} ms for who moved, ${byBen} ms for who heard them (target 60)`,
    );
    // More than a busy machine makes of nothing.
    expect(byAda).toBeLessThan(1_000);
    expect(byBen).toBeLessThan(1_000);
    const emptied = await until("all are on worker 1", workers, ([, second]) => second?.transports === 6);
    expect(emptied).toMatchObject([
      { transports: 0, draining: true },
      { transports: 6, draining: false },
    ]);
    await Promise.all([ada.sees("Ben", 1), ben.sees("Ada", 0)]);
    await ada.hears([1]);
    await ben.hears([0]);
    expect(await ben.tile("Ada").getAttribute("data-participant")).toBe(id);
    expect(await ada.tileNames()).toEqual(["Ada", "Ben"]);
    const port = server.mediaPort + 1;
    expect((await ada.stats()).transport.remoteAddress).toContain(String(port));
  });

  it("is left without a loss for the recording", async () => {
    const read = async (path: string) => (await ask("GET", `/api/v1/recordings${path}`)).json();
    const { recordings } = (await read("")) as { recordings: { id: string }[] };
    const begun = Date.now();
    // Of everything files that go on, some seconds after the move.
    const tracks = await until(
      "all that they send is stored again",
      async () => ((await read(`/${recordings[0]?.id}`)) as { tracks: Track[] }).tracks,
      (all) => {
        const latest = Math.max(...all.map(({ end_us }) => end_us));
        const sources = new Set(all.map(({ participant, kind }) => participant + kind));
        const stored = new Set(
          all.filter((each) => latest - each.end_us < 7e6).map((each) => each.participant + each.kind),
        );
        return Date.now() - begun > 12_000 && sources.size === 4 && stored.size === 4;
      },
      30_000,
    );
    expect(tracks.length).toBe(6);
  });

  it("takes nobody who comes, until it is told to", async () => {
    expect((await ask("PATCH", "/api/v1/workers/0", { draining: false })).status).toBe(204);
    expect((await workers()).map(({ draining }) => draining)).toEqual([false, false]);
  });
});
