// Ports for programs that want to be told theirs. Below what the kernel gives to whoever asks for none
// (32768 and up), so that no browser's socket takes one between two starts of a server.

import { readFileSync } from "node:fs";

const kFirst = 10_000;
const kLast = 32_000;

let next = kFirst + 2 * Math.floor((Math.random() * (kLast - kFirst)) / 2);

function taken(): Set<number> {
  const ports = new Set<number>();
  for (const table of ["tcp", "tcp6", "udp", "udp6"]) {
    for (const [, port = ""] of readFileSync(`/proc/net/${table}`, "utf8").matchAll(
      /^ *\d+: \w+:(\w{4}) /gm,
    )) {
      ports.add(Number.parseInt(port, 16));
    }
  }
  return ports;
}

/** The first of so many in a row, an even one; none is given twice. */
export function freePorts(count = 1): number {
  const used = taken();
  for (let run = 0; run < count; ) {
    if (next + count > kLast) next = kFirst;
    run = 0;
    while (run < count && !used.has(next + run)) ++run;
    if (run < count) next += run + 1 + ((run + 1) % 2);
  }
  const first = next;
  next += count + (count % 2);
  return first;
}
