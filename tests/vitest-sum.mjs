// Sums up reports of Vitest: vitest-sum.mjs REPORT [REPORT OF ANOTHER TRY]... Prints how many tests passed, then
// a line "failed NAME: WHY" for each that did not, and "unsteady NAME: WHY" for each that failed before it passed.
// `--files` instead: the files with a failure, one a line.

import { readFileSync } from "node:fs";

const reports = process.argv.slice(2).filter((argument) => argument !== "--files");
const filesOf = (report) => JSON.parse(readFileSync(report, "utf8")).testResults;

// A file that could not begin counts as a test that failed.
function testsOf({ name, status, message, assertionResults: tests }) {
  if (status !== "failed" || tests.some((test) => test.status === "failed")) return tests;
  return [...tests, { fullName: name.split("/").pop(), status, failureMessages: [message] }];
}

function show(kind, tests) {
  for (const { fullName, status, failureMessages: [why = ""] = [] } of tests) {
    const reason = why.split("\n").filter((line) => !/^\s+at /.test(line));
    if (status === "failed") console.log(`${kind} ${fullName}: ${reason.slice(0, 8).join(" ").slice(0, 600)}`);
  }
}

const tries = reports.map(filesOf);
if (process.argv.includes("--files")) {
  for (const { name, status } of tries.flat()) if (status === "failed") console.log(name);
} else {
  const last = new Map(tries.flat().map((file) => [file.name, file]));
  const counted = [...last.values()].flatMap(testsOf);
  console.log(counted.filter(({ status }) => status === "passed").length);
  show("failed", counted);
  const before = tries.flat().filter((file) => file !== last.get(file.name));
  show("unsteady", before.filter(({ name }) => last.get(name).status === "passed").flatMap(testsOf));
}
