// A list of rows of one height: only those in sight, and a few around them, are in the document. Readers
// are told the whole number by aria-setsize on the rows, which the caller draws.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

interface LongListProps<T> {
  items: readonly T[];
  /** CSS pixels; every row has exactly this. */
  rowHeight: number;
  class: string;
  label: string;
  row: (item: T, index: number) => ComponentChildren;
}

const kAround = 6;
/** Before it is measured, and where nothing can be. */
const kFirstHeight = 800;

export function LongList<T>({ items, rowHeight, class: name, label, row }: LongListProps<T>) {
  const element = useRef<HTMLUListElement>(null);
  const [view, setView] = useState({ top: 0, height: kFirstHeight });
  useLayoutEffect(() => {
    const list = element.current;
    if (!list || typeof ResizeObserver === "undefined") return;
    const watch = new ResizeObserver(() =>
      setView({ top: list.scrollTop, height: list.clientHeight || kFirstHeight }),
    );
    watch.observe(list);
    return () => watch.disconnect();
  }, []);
  const { from, to } = rowsInSight(items.length, rowHeight, view.top, view.height);
  return (
    <ul
      ref={element}
      class={name}
      aria-label={label}
      onScroll={({ currentTarget: { scrollTop, clientHeight } }) =>
        setView({ top: scrollTop, height: clientHeight || kFirstHeight })
      }
    >
      <Gap height={from * rowHeight} />
      {items.slice(from, to).map((item, index) => row(item, from + index))}
      <Gap height={(items.length - to) * rowHeight} />
    </ul>
  );
}

/** The rows to draw: [from, to). The top may be beyond the end of a list that has just become shorter. */
export function rowsInSight(count: number, rowHeight: number, top: number, height: number) {
  const rows = Math.ceil(height / rowHeight) + 2 * kAround;
  const first = Math.floor(top / rowHeight) - kAround;
  const from = Math.max(0, Math.min(first, count - rows));
  return { from, to: Math.min(count, from + rows) };
}

function Gap({ height }: { height: number }) {
  return height > 0 ? <li aria-hidden="true" style={{ height: `${height}px` }} /> : null;
}
