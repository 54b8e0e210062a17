// What there is to tell of a room's meetings: who was there, and the parts to download. Loaded when
// somebody asks for it.

import "./report.css";
import { useEffect, useState } from "preact/hooks";
import { type HostApi, type MeetingReport, ParleyError, type ReportPart } from "../../sdk/index.ts";
import { attempt } from "../common/attempt.ts";
import { Dialog } from "../common/dialog.tsx";
import { Icon } from "../common/icons.tsx";
import { wordsOf } from "../common/problem.tsx";
import { language } from "../i18n/index.ts";
import { save } from "../state/download.ts";
import { AttendanceTable } from "./attendance-table.tsx";
import { words } from "./words.ts";

interface ReportDialogProps {
  api: HostApi;
  room: string;
  title: string;
  onClose: () => void;
}

type Loaded = MeetingReport | "none" | ParleyError;

export function ReportDialog({ api, room, title, onClose }: ReportDialogProps) {
  const text = words.value;
  const [meeting, setMeeting] = useState<string | null>(null);
  const [report, setReport] = useState<Loaded | null>(null);
  useEffect(() => {
    let isWanted = true;
    void load(api, room, meeting).then((loaded) => isWanted && setReport(loaded));
    return () => {
      isWanted = false;
    };
  }, [meeting]);
  return (
    <Dialog title={text.reportOf(title || room)} onClose={onClose}>
      <div class="report" data-testid="report">
        {report === "none" && <p class="soft">{text.none}</p>}
        {report instanceof ParleyError && (
          <p class="soft">{`${text.failed}. ${wordsOf(report.code).join(". ")}`}</p>
        )}
        {report !== null && report !== "none" && !(report instanceof ParleyError) && (
          <Report api={api} report={report} onChoose={setMeeting} />
        )}
      </div>
    </Dialog>
  );
}

async function load(api: HostApi, room: string, meeting: string | null): Promise<Loaded> {
  try {
    return await api.report(room, meeting);
  } catch (error) {
    if (!(error instanceof ParleyError)) return new ParleyError("internal", String(error));
    return error.code === "bad_request" ? "none" : error;
  }
}

interface ReportProps {
  api: HostApi;
  report: MeetingReport;
  onChoose: (meeting: string) => void;
}

const kParts: readonly ReportPart[] = ["attendance", "chat", "questions", "polls"];

function Report({ api, report, onChoose }: ReportProps) {
  const text = words.value;
  const { room, meeting, meetings, attendance } = report;
  const when = ({ started_at, ended_at }: Pick<MeetingReport, "started_at" | "ended_at">) =>
    `${dateText(started_at)} – ${ended_at === null ? text.goesOn : timeOfDay(ended_at)}`;
  const file = `${room}-${new Date(report.started_at).toISOString().slice(0, 10)}`;
  const savePart = async (part: ReportPart) => {
    save(await api.reportTable(room, meeting, part), `${file}-${part}.csv`);
  };
  return (
    <>
      {meetings.length > 1 ? (
        <label class="field">
          <span>{text.meeting}</span>
          <select
            class="input"
            data-testid="report-meeting"
            value={meeting}
            onChange={(event) => onChoose(event.currentTarget.value)}
          >
            {meetings.map((each) => (
              <option key={each.meeting} value={each.meeting}>
                {when(each)}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <p class="soft">{when(report)}</p>
      )}
      <h3>{text.attended(attendance.length)}</h3>
      <AttendanceTable attendance={attendance} />
      <h3>{text.download}</h3>
      <div class="report-parts">
        {kParts.map((part) => (
          <button
            key={part}
            type="button"
            class="button"
            data-testid={`report-${part}`}
            disabled={report[part].length === 0}
            onClick={() => void attempt(savePart(part))}
          >
            <Icon name="download" size={18} />
            {text.partOf(text.parts[part], countOf(report, part))}
          </button>
        ))}
        <button
          type="button"
          class="button"
          data-testid="report-json"
          onClick={() =>
            save(new Blob([JSON.stringify(report, null, 2)], { type: "application/json" }), `${file}.json`)
          }
        >
          <Icon name="download" size={18} />
          {text.everything}
        </button>
      </div>
    </>
  );
}

// Of a poll there is a row for each option.
function countOf(report: MeetingReport, part: ReportPart): number {
  return part === "polls" ? new Set(report.polls.map(({ poll }) => poll)).size : report[part].length;
}

function dateText(at: number): string {
  return new Intl.DateTimeFormat(language.value, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

function timeOfDay(at: number): string {
  return new Intl.DateTimeFormat(language.value, { timeStyle: "short" }).format(at);
}
