// Small choices of the person, kept in this browser where it lets us.

const kPrefix = "parley.";

export function readSetting(name: string): string | null {
  try {
    return localStorage.getItem(kPrefix + name);
  } catch {
    return null;
  }
}

export function writeSetting(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(kPrefix + name);
    else localStorage.setItem(kPrefix + name, value);
  } catch {
    // The choice lasts as long as the page.
  }
}
