import { beforeEach, describe, expect, it } from "vitest";
import { ViewSender } from "../view-sender.ts";
import { FakeClock } from "./fake-clock.ts";

describe("ViewSender", () => {
  let clock: FakeClock;
  let sent: { show: { source: number; height: number }[]; pinned: number[] }[];
  let sender: ViewSender;

  beforeEach(() => {
    clock = new FakeClock();
    sent = [];
    sender = new ViewSender(clock, (view) => sent.push(view));
    sender.open();
  });

  const show = (...sources: number[]) =>
    sender.set(
      sources.map((source) => ({ source, height: 180 })),
      [],
    );

  it("sends the first view at once and of a burst only the last", async () => {
    show(1);
    show(2);
    show(3);
    expect(sent).toHaveLength(1);
    await clock.advance(200);
    expect(sent.map((view) => view.show[0]?.source)).toEqual([1, 3]);
  });

  it("does not repeat what the server knows", async () => {
    show(1);
    await clock.advance(200);
    show(2);
    show(1);
    await clock.advance(200);
    show(1);
    await clock.advance(200);
    expect(sent.map((view) => view.show[0]?.source)).toEqual([1, 2, 1]);
  });

  it("takes heights in steps, within the protocol's bounds", () => {
    sender.set(
      [
        { source: 1, height: 181 },
        { source: 2, height: 0 },
        { source: 3, height: 99_999 },
      ],
      [3],
    );
    expect(sent).toEqual([
      {
        show: [
          { source: 1, height: 210 },
          { source: 2, height: 1 },
          { source: 3, height: 4320 },
        ],
        pinned: [3],
      },
    ]);
  });

  it("sends no more entries than a view may have", () => {
    show(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect(sent[0]?.show).toHaveLength(64);
  });

  it("keeps the last wish while there is no session, and sends it with the next", async () => {
    sender.close();
    show(1);
    show(2);
    await clock.advance(1_000);
    expect(sent).toHaveLength(0);
    sender.open();
    expect(sent.map((view) => view.show[0]?.source)).toEqual([2]);
    sender.close();
    await clock.advance(1_000);
    sender.open();
    expect(sent).toHaveLength(2);
  });
});
