import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type HostApi, type MeetingReport, ParleyError } from "../../../sdk/index.ts";
import { toasts } from "../../state/toasts.ts";
import { ReportDialog } from "../report-dialog.tsx";
import { en } from "../words.ts";

const report = (change: Partial<MeetingReport> = {}): MeetingReport => ({
  room: "swift-otter-42",
  title: "Weekly",
  meeting: "2000",
  started_at: 1_763_885_000_000,
  ended_at: 1_763_888_600_000,
  meetings: [{ meeting: "2000", started_at: 1_763_885_000_000, ended_at: 1_763_888_600_000 }],
  attendance: [
    {
      name: "Ada",
      role: "host",
      kind: "browser",
      joined_at: 1_763_885_000_000,
      left_at: null,
      seconds: 3_725,
      joins: 1,
      participant: "p1",
    },
    {
      name: "+44 xxx 123",
      role: "panelist",
      kind: "phone",
      joined_at: 1_763_885_000_000,
      left_at: 1_763_885_060_000,
      seconds: 60,
      joins: 2,
      participant: "p2",
    },
  ],
  chat: [],
  questions: [{}, {}],
  polls: [{ poll: "v1" }, { poll: "v1" }],
  ...change,
});

let root: HTMLElement;
const api = {
  report: vi.fn(async (_room: string, _meeting: string | null) => report()),
  reportTable: vi.fn(async () => new Blob(["csv"])),
};
const saved: string[] = [];
const close = vi.fn();

beforeEach(() => {
  toasts.value = [];
  saved.length = 0;
  root = document.body.appendChild(document.createElement("div"));
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(function (this: HTMLAnchorElement) {
    saved.push(this.download);
  });
});
afterEach(() => {
  act(() => render(null, root));
  root.remove();
});

const settle = () => new Promise<void>((done) => setTimeout(done));
const find = (testid: string) => root.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
async function show(): Promise<void> {
  const dialog = (
    <ReportDialog api={api as unknown as HostApi} room="swift-otter-42" title="Weekly" onClose={close} />
  );
  act(() => render(dialog, root));
  await act(settle);
}
const click = (testid: string) =>
  act(async () => {
    find(testid)?.click();
    await settle();
  });

it("tells who was there and for how long", async () => {
  await show();
  expect(root.textContent).toContain(en.attended(2));
  const rows = [...root.querySelectorAll("[data-testid=attendee]")].map((row) => row.textContent);
  expect(rows[0]).toContain("Ada");
  expect(rows[0]).toContain(en.here);
  expect(rows[0]).toContain("1:02:05");
  expect(rows[1]).toContain(en.byPhone);
  expect(find("report-polls")?.textContent).toBe(en.partOf(en.parts.polls, 1));
});

it("saves each part that there is, and everything", async () => {
  await show();
  expect((find("report-chat") as HTMLButtonElement).disabled).toBe(true);
  await click("report-attendance");
  expect(api.reportTable).toHaveBeenCalledWith("swift-otter-42", "2000", "attendance");
  await click("report-json");
  expect(saved).toEqual(["swift-otter-42-2025-11-23-attendance.csv", "swift-otter-42-2025-11-23.json"]);
  api.reportTable.mockRejectedValueOnce(new ParleyError("token_expired", "Too old."));
  await click("report-questions");
  expect(toasts.value).toHaveLength(1);
  expect(saved).toHaveLength(2);
});

it("turns to an earlier meeting", async () => {
  const meetings = [
    { meeting: "2000", started_at: 1_763_885_000_000, ended_at: null },
    { meeting: "1000", started_at: 1_763_785_000_000, ended_at: 1_763_785_060_000 },
  ];
  api.report.mockResolvedValue(report({ meetings, ended_at: null }));
  await show();
  expect(find("report-meeting")?.textContent).toContain(en.goesOn);
  await act(async () => {
    const field = find("report-meeting") as HTMLSelectElement;
    field.value = "1000";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
  });
  expect(api.report).toHaveBeenLastCalledWith("swift-otter-42", "1000");
});

it("says so where there is none, and what went wrong", async () => {
  api.report.mockRejectedValueOnce(new ParleyError("bad_request", "None."));
  await show();
  expect(find("report")?.textContent).toBe(en.none);
  act(() => render(null, root));
  api.report.mockRejectedValueOnce(new ParleyError("server_unreachable", "Gone."));
  await show();
  expect(find("report")?.textContent).toContain(en.failed);
});
