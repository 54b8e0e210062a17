// What axe-core finds on a page as it stands.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { until } from "./measure.ts";
import type { Person } from "./person.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Serious and critical findings, in words. By the debugger's door: the page's own policy lets no script in.
// What is still fading in has no contrast yet: it is waited for.
export async function findings(of: Person): Promise<string[]> {
  await until(
    "nothing fades or moves any more",
    () => of.page.evaluate(moving),
    (count) => count === 0,
  );
  await of.page.evaluate(axe);
  const results = await of.page.evaluate(() =>
    (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ["violations"],
    }),
  );
  return results.violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}

// How many animations run that will end.
function moving(): number {
  const ends = (a: Animation) => a.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY;
  return document.getAnimations().filter((a) => a.playState === "running" && ends(a)).length;
}
