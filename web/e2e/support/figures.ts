// Figures for whoever reads the run; nothing is asserted of them.

import { appendFileSync } from "node:fs";

export function figure(text: string): void {
  process.stdout.write(`figure: ${text}\n`);
}

// A figure of `bench/run NAME` as well. `more`: the target is a lower bound.
export function benchRow(
  bench: string,
  name: string,
  metric: string,
  value: number,
  unit: string,
  target: number | null = null,
  more = false,
): void {
  const ok = target === null || (more ? value >= target : value <= target);
  const row = { bench, case: `Chromium, ${name}`, metric, value, unit, limit: null, target, ok };
  figure(`${row.case}: ${metric} ${value.toFixed(1)} ${unit}${target === null ? "" : ` (target ${target})`}`);
  const file = process.env.PARLEY_BENCH_ROWS;
  if (file) appendFileSync(file, `${JSON.stringify(row)}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
