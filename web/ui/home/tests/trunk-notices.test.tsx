import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { HostApi, Trunk } from "../../../sdk/index.ts";
import { TrunkNotices } from "../trunk-notices.tsx";
import { en } from "../words.ts";

const kSince = Date.UTC(2026, 0, 5, 10, 0);
const trunk = (change: Partial<Trunk>): Trunk => ({
  trunk: "sip.example.org",
  state: "registered",
  since: kSince,
  ...change,
});

let answer: () => Response;
let root: HTMLElement;
const settle = () => new Promise<void>((done) => setTimeout(done));

beforeEach(() => {
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => answer()),
  );
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function show(trunks: readonly Trunk[]): Promise<string[]> {
  answer = () => Response.json({ trunks });
  act(() => render(<TrunkNotices api={{ token: "t" } as HostApi} />, root));
  await act(settle);
  return notices();
}
const notices = () =>
  [...root.querySelectorAll('[data-testid="trunk-down"]')].map(({ textContent }) => textContent ?? "");

it("says nothing while all is well, or not known yet", async () => {
  expect(
    await show([
      trunk({}),
      trunk({ trunk: "192.0.2.1", state: "unwatched" }),
      trunk({ state: "connecting" }),
    ]),
  ).toEqual([]);
});

it.each(["unknown_name", "no_answer", "refused", "failed"] as const)(
  "says why, and what to do: %s",
  async (reason) => {
    const next_try_at = Date.UTC(2026, 0, 5, 10, 30);
    const [text] = await show([trunk({ state: "down", reason, status: 403, next_try_at })]);
    for (const words of en.trunk.down[reason]("sip.example.org", 403)) expect(text).toContain(words);
    expect(text).toContain("Next try at");
  },
);

it("says that it is being tried", async () => {
  const [text] = await show([trunk({ state: "down", reason: "no_answer" })]);
  expect(text).toContain(en.trunk.trying);
});

it("says nothing to whom the server tells nothing", async () => {
  answer = () => Response.json({ error: { code: "forbidden", message: "No." } }, { status: 403 });
  act(() => render(<TrunkNotices api={{ token: "t" } as HostApi} />, root));
  await act(settle);
  expect(notices()).toEqual([]);
});

it("looks again, and says when it is over", async () => {
  vi.useFakeTimers();
  answer = () => Response.json({ trunks: [trunk({ state: "down", reason: "no_answer" })] });
  act(() => render(<TrunkNotices api={{ token: "t" } as HostApi} />, root));
  await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
  expect(notices()).toHaveLength(1);
  answer = () => Response.json({ trunks: [trunk({})] });
  await act(async () => void (await vi.advanceTimersByTimeAsync(30_000)));
  expect(notices()).toHaveLength(0);
});
