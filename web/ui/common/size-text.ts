// Bytes as people read them.

export function sizeText(bytes: number, tag: string): string {
  const units = ["kilobyte", "megabyte", "gigabyte"] as const;
  let value = bytes / 1_000;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  const style = { style: "unit", unit: units[unit], maximumFractionDigits: value < 10 ? 1 : 0 } as const;
  return new Intl.NumberFormat(tag, style).format(value);
}
