import type { AttendanceRow } from "../../sdk/index.ts";
import { language } from "../i18n/index.ts";
import { timeText } from "../playback/core/time-text.ts";
import { words } from "./words.ts";

/** More are in the file. */
const kMostRows = 500;

export function AttendanceTable({ attendance }: { attendance: readonly AttendanceRow[] }) {
  const text = words.value;
  const clock = new Intl.DateTimeFormat(language.value, { timeStyle: "short" });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keys too
    <section class="attendance" tabIndex={0} aria-label={text.parts.attendance}>
      <table>
        <thead>
          <tr>
            {[text.name, text.role, text.joined, text.left, text.time].map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {attendance.slice(0, kMostRows).map((row) => (
            <tr key={row.participant} data-testid="attendee">
              <th scope="row">
                {row.name}
                {row.kind === "phone" && <span class="soft">{` · ${text.byPhone}`}</span>}
              </th>
              <td>{text.roles[row.role]}</td>
              <td>{clock.format(row.joined_at)}</td>
              <td>{row.left_at === null ? text.here : clock.format(row.left_at)}</td>
              <td>{timeText(row.seconds)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
