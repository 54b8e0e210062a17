import type { Environment } from "./environment.ts";

const kKey = "parley.instance";

/**
 * A random name of this browser, the same at each visit: by it the server knows somebody who comes again.
 * Nothing where nothing can be kept.
 */
export function instanceOf(environment: Environment): string | undefined {
  try {
    const known = environment.localStorage?.getItem(kKey);
    if (known) return known;
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    environment.localStorage?.setItem(kKey, made);
    return environment.localStorage?.getItem(kKey) ?? undefined;
  } catch {
    return undefined;
  }
}
