import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type HostApi, type ListedRecording, ParleyError } from "../../../sdk/index.ts";
import "../../tests/open-menu.ts";
import { sizeText } from "../../common/size-text.ts";
import { toasts } from "../../state/toasts.ts";
import { RecordingList } from "../recording-list.tsx";
import { en } from "../words.ts";

const recorded = (change: Partial<ListedRecording> = {}): ListedRecording => ({
  id: "r1",
  room: "swift-otter-42",
  title: "Weekly",
  state: "finished",
  started_at_us: 1_763_885_000_000_000,
  duration_us: 125_000_000,
  size: 5_400_000,
  ...change,
});

let list: ListedRecording[];
let root: HTMLElement;
const api = {
  recordings: vi.fn(async () => list),
  renameRecording: vi.fn(async () => {}),
  deleteRecording: vi.fn(async (id: string) => {
    list = list.filter((one) => one.id !== id);
  }),
};

beforeEach(() => {
  list = [recorded(), recorded({ id: "r2", title: "", state: "recording" })];
  toasts.value = [];
  root = document.body.appendChild(document.createElement("div"));
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
});

const all = (testid: string) => [...root.querySelectorAll<HTMLElement>(`[data-testid="${testid}"]`)];
const settle = () => new Promise<void>((done) => setTimeout(done));
async function show(): Promise<void> {
  act(() => render(<RecordingList api={api as unknown as HostApi} />, root));
  await act(settle);
}
const click = (element: HTMLElement | null | undefined) =>
  act(async () => {
    element?.click();
    await settle();
  });

it("tells title, length and size, and opens what is asked for", async () => {
  await show();
  const [first, second] = all("recording").map((row) => row.textContent);
  expect(first).toContain("Weekly");
  expect(first).toContain("2:05");
  expect(first).toContain("5.4 MB");
  expect(second).toContain("swift-otter-42");
  expect(second).toContain(en.running);
  expect(all("play-recording")[0]?.getAttribute("href")).toBe("/recordings/r1");
});

it("tells what all of them take of the disk, and offers downloads of what has ended", async () => {
  await show();
  expect(all("stored")[0]?.textContent).toBe(en.stored("11 MB"));
  expect(all("download").map((button) => button.getAttribute("aria-label"))).toEqual(["Download: Weekly"]);
});

it("tells until when one is kept, where that is not for good", async () => {
  list = [recorded({ expires_at: new Date(2027, 0, 5, 12).getTime() }), recorded()];
  await show();
  const [first, second] = all("recording").map((row) => row.textContent);
  expect(first).toContain(en.keptUntil("Jan 5, 2027"));
  expect(second).not.toContain(en.keptUntil(""));
});

it("offers of one that is locked only to delete it", async () => {
  list = [recorded({ room: "", title: "", state: "locked", duration_us: 0 })];
  await show();
  const told = all("recording")[0]?.textContent;
  expect(told).toContain("r1");
  expect(told).toContain(en.locked);
  expect(told).not.toContain("0:00");
  for (const offer of ["play-recording", "download", "rename-recording"]) expect(all(offer)).toHaveLength(0);
  expect(all("delete-recording")).toHaveLength(1);
});

it("tells where the copy in other storage stands, and offers nothing of what is only there", async () => {
  const upload = (state: "waiting" | "running" | "retrying" | "done", local = true) =>
    recorded({ upload: { state, local, ...(state === "running" && { percent: 41 }) } });
  list = [upload("waiting"), upload("running"), upload("retrying"), upload("done"), upload("done", false)];
  await show();
  const told = all("recording").map((row) => row.textContent);
  const { waiting, running, retrying, done, moved } = en.upload;
  for (const [index, text] of [waiting, running(41), retrying, done, moved].entries())
    expect(told[index]).toContain(text);
  expect(all("play-recording")).toHaveLength(4);
  expect(all("download")).toHaveLength(4);
  expect(all("delete-recording")).toHaveLength(5);
  await click(all("delete-recording")[4]);
  expect(document.body.textContent).toContain(en.deleteWithCopy);
});

it("renames", async () => {
  await show();
  await click(all("rename-recording")[0]);
  const field = all("new-name")[0] as HTMLInputElement;
  act(() => {
    field.value = "Kick-off";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await click(all("save-name")[0]);
  expect(api.renameRecording).toHaveBeenCalledWith("r1", "Kick-off");
});

it("deletes after a question, and never what still runs", async () => {
  await show();
  expect(all("delete-recording")).toHaveLength(1);
  await click(all("delete-recording")[0]);
  expect(api.deleteRecording).not.toHaveBeenCalled();
  await click(root.querySelector<HTMLElement>("dialog .danger"));
  expect(api.deleteRecording).toHaveBeenCalledWith("r1");
  expect(all("recording")).toHaveLength(1);
});

it("tells what the server refuses, and shows nothing where it does not record", async () => {
  api.deleteRecording.mockRejectedValueOnce(new ParleyError("forbidden", "No."));
  await show();
  await click(all("delete-recording")[0]);
  await click(root.querySelector<HTMLElement>("dialog .danger"));
  expect(toasts.value).toHaveLength(1);
  expect(all("recording")).toHaveLength(2);
  act(() => render(null, root));
  api.recordings.mockRejectedValueOnce(new ParleyError("internal", "Not here."));
  await show();
  expect(all("recordings")).toHaveLength(0);
});

const type = (testid: string, value: string) =>
  act(async () => {
    const field = all(testid)[0] as HTMLInputElement;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    await vi.advanceTimersByTimeAsync(500);
  });

it("looks for words and days when whoever types rests", async () => {
  await show();
  vi.useFakeTimers();
  try {
    await type("search-recordings", " bud ");
    expect(api.recordings).toHaveBeenLastCalledWith({ query: "bud" });
    expect(all("stored")).toHaveLength(0);
    await type("recorded-from", "2026-03-05");
    const from = new Date(2026, 2, 5).getTime();
    expect(api.recordings).toHaveBeenLastCalledWith({ query: "bud", from });
    list = [];
    await type("recorded-to", "2026-03-05");
    expect(api.recordings).toHaveBeenLastCalledWith({
      query: "bud",
      from,
      to: new Date(2026, 2, 6).getTime(),
    });
    expect(root.textContent).toContain(en.nothingFound);
    await type("recorded-to", "2026-03-01");
    expect(api.recordings).toHaveBeenLastCalledWith({
      query: "bud",
      from: new Date(2026, 2, 1).getTime(),
      to: new Date(2026, 2, 6).getTime(),
    });
  } finally {
    vi.useRealTimers();
  }
});

it("shows the answer to what was asked last", async () => {
  await show();
  vi.useFakeTimers();
  try {
    let answer: (found: ListedRecording[]) => void = () => {};
    api.recordings.mockReturnValueOnce(
      new Promise((done) => {
        answer = done;
      }),
    );
    await type("search-recordings", "w");
    list = [recorded({ title: "Found last" })];
    await type("search-recordings", "we");
    answer([]);
    await act(async () => void (await vi.advanceTimersByTimeAsync(0)));
    expect(all("recording").map((row) => row.textContent)).toEqual([expect.stringContaining("Found last")]);
  } finally {
    vi.useRealTimers();
  }
});

it("looks again while one is being recorded, and for whoever comes back, and keeps what it knows meanwhile", async () => {
  vi.useFakeTimers();
  try {
    const pass = (ms: number) => act(async () => void (await vi.advanceTimersByTimeAsync(ms)));
    act(() => render(<RecordingList api={api as unknown as HostApi} />, root));
    await pass(0);
    api.recordings.mockRejectedValueOnce(new ParleyError("server_unreachable", "It does not answer."));
    await pass(5_000);
    expect(all("recording")).toHaveLength(2);
    list = [recorded({ title: "Has ended" })];
    await pass(5_000);
    expect(all("recording").map((row) => row.textContent)).toEqual([expect.stringContaining("Has ended")]);
    api.recordings.mockClear();
    await pass(60_000);
    expect(api.recordings).not.toHaveBeenCalled();
    list = [];
    document.dispatchEvent(new Event("visibilitychange"));
    await pass(0);
    expect(all("recording")).toHaveLength(0);
  } finally {
    vi.useRealTimers();
  }
});

it("offers no search where nothing was recorded", async () => {
  list = [];
  await show();
  expect(all("search-recordings")).toHaveLength(0);
  expect(root.textContent).toContain(en.noRecordings);
});

it("writes sizes for people", () => {
  expect(sizeText(12_300, "en")).toBe("12 kB");
  expect(sizeText(1_500_000_000, "en")).toBe("1.5 GB");
});
