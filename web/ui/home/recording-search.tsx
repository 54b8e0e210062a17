// What is looked for among the recordings: words, and from which day to which. Asked for when whoever types rests.

import { useEffect, useRef } from "preact/hooks";
import type { RecordingFilter } from "../../sdk/index.ts";
import { words } from "./words.ts";

/** As the fields have it: days are `YYYY-MM-DD`, or empty. */
export interface Search {
  readonly query: string;
  readonly from: string;
  readonly to: string;
}

export const anything: Search = { query: "", from: "", to: "" };

const kRestMs = 300;
const kMostQuery = 60;

/** The beginning of a day here, or of one some days later. */
const startOf = (day: string, later = 0): number => {
  const date = new Date(`${day}T00:00`);
  date.setDate(date.getDate() + later);
  return date.getTime();
};

/** Both days belong to it; whoever names the later one first means the same. */
export function filterOf({ query, from, to }: Search): RecordingFilter {
  const [first = "", last = ""] = from && to && to < from ? [to, from] : [from, to];
  return {
    ...(query.trim() && { query: query.trim() }),
    ...(first && { from: startOf(first) }),
    ...(last && { to: startOf(last, 1) }),
  };
}

export function RecordingSearch({ onSearch }: { onSearch: (search: Search) => void }) {
  const text = words.value;
  const wanted = useRef(anything);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const change = (part: Partial<Search>) => {
    wanted.current = { ...wanted.current, ...part };
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => onSearch(wanted.current), kRestMs);
  };
  return (
    <search class="recording-search" aria-label={text.search}>
      <label class="field">
        <span>{text.searchFor}</span>
        <input
          type="search"
          class="input"
          maxLength={kMostQuery}
          data-testid="search-recordings"
          onInput={({ currentTarget }) => change({ query: currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>{text.fromDay}</span>
        <input
          type="date"
          class="input"
          data-testid="recorded-from"
          onInput={({ currentTarget }) => change({ from: currentTarget.value })}
        />
      </label>
      <label class="field">
        <span>{text.toDay}</span>
        <input
          type="date"
          class="input"
          data-testid="recorded-to"
          onInput={({ currentTarget }) => change({ to: currentTarget.value })}
        />
      </label>
    </search>
  );
}
