import { signal } from "@preact/signals";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Composition, ParleyError, RecordingApi } from "../../../sdk/index.ts";
import { toasts } from "../../state/toasts.ts";
import { openMenu } from "../../tests/open-menu.ts";
import { DownloadMenu } from "../download-menu.tsx";
import { en } from "../words.ts";

let made: Composition[];
let root: HTMLElement;
let followed: HTMLAnchorElement[];
/** Each test's own: what was asked for stays asked for while the page stands. */
let id = "";
let nextId = 1;

const fetcher = vi.fn(async (url: string, init: RequestInit) => {
  const answer = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
  if (init.method === "POST") {
    made = [...made, { ...JSON.parse(String(init.body)), state: "queued" }];
    return answer(202, made.at(-1));
  }
  if (init.method === "DELETE") {
    made = made.filter(({ file }) => !url.endsWith(file));
    return new Response(null, { status: 204 });
  }
  return answer(200, { compositions: made });
});
const api = new RecordingApi(() => "token", fetcher);

beforeEach(() => {
  vi.useFakeTimers();
  fetcher.mockClear();
  made = [];
  followed = [];
  id = `r${nextId++}`;
  toasts.value = [];
  root = document.body.appendChild(document.createElement("div"));
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    followed.push(this);
  });
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const one = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms).then(() => {}));
const click = (element: HTMLElement | null) =>
  act(async () => {
    element?.click();
    await vi.advanceTimersByTimeAsync(1);
  });
async function open(isGrowing = false): Promise<void> {
  act(() =>
    render(
      <DownloadMenu
        api={api}
        id={id}
        title="Plan: A/B"
        ticket={signal("ticket")}
        isGrowing={isGrowing}
        class=""
        label="Download"
      />,
      root,
    ),
  );
  openMenu(one("download"));
  await pass(1);
}
const tell = (composition: Composition) => {
  made = [composition];
};

it("offers what can be made and what is there", async () => {
  tell({ file: "sound.m4a", state: "done", size: 1_200_000 });
  await open();
  expect(one("make-720p.mp4")?.textContent).toContain(en.make);
  expect(one("done-sound.m4a")?.textContent).toContain("1.2 MB");
  expect(one("done-sound.m4a")?.getAttribute("href")).toBe(
    `/api/v1/recordings/${id}/files/sound.m4a?ticket=ticket`,
  );
  expect(one("done-sound.m4a")?.getAttribute("download")).toBe("Plan_ A_B sound.m4a");
  expect(one("download-subtitles")?.getAttribute("href")).toContain("subtitles.vtt");
  expect(one("download-chat")?.getAttribute("href")).toContain("chat.txt");
});

it("tells how far it is, and saves it when it is done", async () => {
  await open();
  await click(one("make-720p.mp4"));
  expect(one("progress-720p.mp4")?.textContent).toBe(en.queued);
  tell({ file: "720p.mp4", state: "running", percent: 41.5, seconds_left: 65 });
  await pass(1_100);
  expect(one("progress-720p.mp4")?.textContent).toBe("42%, 1:05 left");
  expect(root.querySelector("progress")?.value).toBe(41.5);
  tell({ file: "720p.mp4", state: "done", size: 5_400_000 });
  await pass(1_100);
  expect(one("done-720p.mp4")?.textContent).toContain("5.4 MB");
  expect(followed).toHaveLength(1);
  expect(followed[0]?.download).toBe("Plan_ A_B 720p.mp4");
  expect(toasts.value.map(({ text }) => text)).toEqual([en.ready(en.files["720p.mp4"])]);
  fetcher.mockClear();
  await pass(5_000);
  expect(fetcher).not.toHaveBeenCalled();
});

it("waits for what was asked for with its menu closed too", async () => {
  await open();
  await click(one("make-everything.zip"));
  act(() => render(null, root));
  tell({ file: "everything.zip", state: "done", size: 1 });
  await pass(1_100);
  expect(followed).toHaveLength(1);
});

it("waits over a restart of the server, and no more when the recording is gone", async () => {
  await open();
  await click(one("make-720p.mp4"));
  fetcher.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  await pass(1_100);
  expect(one("progress-720p.mp4")?.textContent).toBe(en.queued);
  fetcher.mockClear();
  fetcher.mockResolvedValueOnce(
    new Response('{"error":{"code":"recording_not_found","message":"Gone."}}', { status: 404 }),
  );
  act(() => render(null, root));
  await pass(5_000);
  expect(fetcher).toHaveBeenCalledTimes(1);
});

it("saves nothing that somebody else asked for", async () => {
  tell({ file: "720p.mp4", state: "running", percent: 1, seconds_left: null });
  await open();
  expect(one("progress-720p.mp4")?.textContent).toBe("1%");
  tell({ file: "720p.mp4", state: "done", size: 1 });
  await pass(1_100);
  expect(one("done-720p.mp4")).not.toBeNull();
  expect(followed).toHaveLength(0);
});

it("cancels", async () => {
  await open();
  await click(one("make-720p.mp4"));
  await click(one("cancel-720p.mp4"));
  expect(one("make-720p.mp4")).not.toBeNull();
  expect(fetcher.mock.calls.at(-2)?.[1].method).toBe("DELETE");
});

it("says what failed, and tries again", async () => {
  await open();
  await click(one("make-720p.mp4"));
  tell({ file: "720p.mp4", state: "failed", error: "cannot write" });
  await pass(1_100);
  expect(one("make-720p.mp4")?.textContent).toContain(en.failed);
  fetcher.mockClear();
  await pass(5_000);
  expect(fetcher).not.toHaveBeenCalled();
  await click(one("make-720p.mp4"));
  expect(fetcher.mock.calls[0]?.[1].method).toBe("POST");
});

it("tells what the server refuses", async () => {
  await open();
  fetcher.mockRejectedValueOnce(new ParleyError("server_full", "Full."));
  await click(one("make-720p.mp4"));
  expect(toasts.value).toHaveLength(1);
  expect(one("make-720p.mp4")).not.toBeNull();
});

it("makes nothing of what is still recorded", async () => {
  await open(true);
  expect(one("make-720p.mp4")).toBeNull();
  expect(root.textContent).toContain(en.later);
  expect(one("download-chat")).not.toBeNull();
});
