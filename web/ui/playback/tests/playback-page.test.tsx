import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { toasts } from "../../state/toasts.ts";
import { PlaybackPage } from "../playback-page.tsx";
import { loading } from "../playback-state.ts";
import { en } from "../words.ts";

const kManifest = {
  id: "r1",
  room: "swift-otter-42",
  title: "Weekly",
  state: "recording",
  started_at_us: 1_763_885_000_000_000,
  duration_us: 100_000_000,
  participants: [],
  tracks: [],
  speakers: [],
  chat: [],
  marks: [{ kind: "pause", start_us: 50_000_000, end_us: 60_000_000 }],
};

let answer: () => Promise<Response>;
let root: HTMLElement;
const answers = (status: number, body: unknown) => async () => new Response(JSON.stringify(body), { status });
const refuses = (status: number, code: string) => answers(status, { error: { code, message: "No." } });
const fetcher = vi.fn((url: string, _: RequestInit) =>
  url.endsWith("/tickets") ? answers(200, { ticket: "fresh" })() : answer(),
);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", fetcher);
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe() {}
      disconnect() {}
    },
  );
  localStorage.clear();
  toasts.value = [];
  loading.value = { name: "loading" };
  answer = answers(200, kManifest);
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const one = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
const show = () => act(() => render(<PlaybackPage id="r1" />, root));

it("says that it loads until the recording is known", async () => {
  show();
  expect(one("loading")?.textContent).toContain(en.waiting);
  await pass(0);
  expect(one("loading")).toBeNull();
  expect(root.querySelector("h1")?.textContent).toBe("Weekly");
});

it.each([
  [404, "recording_not_found", en.notFound],
  [403, "forbidden", en.notAllowed],
  [401, "token_invalid", en.notAllowed],
  [401, "token_expired", en.expired],
])("says what %i %s means, also when it comes to that while it plays", async (status, code, told) => {
  answer = refuses(status, code);
  show();
  await pass(0);
  for (const words of told) expect(one("problem")?.textContent).toContain(words);
  answer = answers(200, kManifest);
  act(() => root.querySelector<HTMLElement>("button")?.click());
  await pass(0);
  expect(root.querySelector("h1")?.textContent).toBe("Weekly");
  answer = refuses(status, code);
  await pass(2_500);
  for (const words of told) expect(one("problem")?.textContent).toContain(words);
});

it("keeps what it shows while the server is away", async () => {
  show();
  await pass(0);
  answer = () => Promise.reject(new TypeError("no network"));
  await pass(10_000);
  expect(root.querySelector("h1")?.textContent).toBe("Weekly");
});

it("gives hosts, and nobody else, a link to hand on and the way to their desk", async () => {
  show();
  await pass(0);
  expect(one("copy-link")).toBeNull();
  expect(one("to-desk")).toBeNull();
  act(() => render(null, root));

  localStorage.setItem("parley.host", JSON.stringify({ token: "t", expiresAt: Date.now() + 60_000 }));
  const writeText = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
  show();
  await pass(0);
  expect(one("to-desk")?.getAttribute("href")).toBe("/");
  one("copy-link")?.click();
  await pass(0);
  expect(writeText).toHaveBeenCalledWith(`${location.origin}/recordings/r1#ticket=fresh`);
  expect(toasts.value.map(({ text }) => text)).toEqual([en.linkCopied]);

  answer = refuses(403, "forbidden");
  fetcher.mockImplementationOnce(() => answer());
  one("copy-link")?.click();
  await pass(0);
  expect(writeText).toHaveBeenCalledTimes(1);
  expect(toasts.value).toHaveLength(2);
});

it("says of a place on the slider that the recording was paused there", async () => {
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockReturnValue({
    left: 0,
    width: 100,
  } as DOMRect);
  show();
  await pass(0);
  const bar = one("seek")?.parentElement;
  const hover = (clientX: number) =>
    act(() => void bar?.dispatchEvent(new PointerEvent("pointermove", { clientX, bubbles: true })));
  hover(55);
  expect(bar?.textContent).toContain(`0:55 · ${en.legendPause}`);
  hover(65);
  expect(bar?.textContent).not.toContain(en.legendPause);
});

it("closes the chat with Escape, unless a menu is there to be closed", async () => {
  show();
  await pass(0);
  const press = (key: string) =>
    act(
      () =>
        void document.body.dispatchEvent(
          new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }),
        ),
    );
  press("c");
  expect(one("chat-panel")).not.toBeNull();
  const seen = vi.spyOn(document, "querySelector").mockReturnValueOnce(root);
  press("Escape");
  expect(seen).toHaveBeenCalledWith(expect.stringContaining(":popover-open"));
  expect(one("chat-panel")).not.toBeNull();
  press("Escape");
  expect(one("chat-panel")).toBeNull();
});
