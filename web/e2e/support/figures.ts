// Figures for whoever reads the run; nothing is asserted of them.

export function figure(text: string): void {
  process.stdout.write(`figure: ${text}\n`);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
