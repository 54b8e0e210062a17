#!/usr/bin/env python3
"""A meeting on a real Parley beside which others come and go: what those who stay notice, what the server keeps.

Prints rows as bench/README.md describes. Parley has one worker and the first core; the clients have the
others.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import server as parley  # noqa: E402

BENCH = "churn"
RATE, STAYING = 200, 20
# Of 12,000 who came and went: a leak of a kilobyte each would be ten times that.
KEPT_KIB = 1024
CONFIG = """
[limits]
joins_per_minute = 1000000
[http]
connections_per_address = 10000
"""


def measure(program, clients, seconds):
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        server = parley.Server(pathlib.Path(name), program, CONFIG)
        try:
            room = server.post("/api/v1/rooms", {"title": "bench"})
            done = subprocess.run(
                ["taskset", "-c", parley.OTHER_CORES, clients / "churn",
                 "--port", str(parley.LOCAL_PORT), "--pid", str(server.pid), "--room", room["name"],
                 "--invite", room["invite"], "--rate", str(RATE), "--staying", str(STAYING),
                 "--seconds", str(seconds)],
                stdout=subprocess.PIPE, text=True)
            if done.returncode != 0:
                sys.exit("not measured")
            return json.loads(done.stdout)
        finally:
            server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--program", default=parley.PROGRAMS / "parley")
    args = parser.parse_args()
    figures = measure(args.program, pathlib.Path(args.program).parent / "bench",
                      12 if args.quick else 60)
    case = f"{STAYING} stay, {figures['joins']:,} come and go"
    parley.row(BENCH, case, "joins and leaves", figures["joins_per_second"], "/s", target=0.98 * RATE,
               at_most=False)
    parley.row(BENCH, case, "packets lost by who stays", figures["lost"], f"of {figures['received']}",
               target=0)
    parley.row(BENCH, case, "packets missing", figures["missing"], "packets", target=0)
    parley.row(BENCH, case, "wrong packets", figures["wrong"], f"of {figures['checked']}", target=0)
    parley.row(BENCH, case, "server load", figures["cpu_share"], "cores")
    before = figures["memory_before_kib"]
    parley.row(BENCH, case, "memory at the peak", figures["memory_peak_kib"], "KiB", before)
    parley.row(BENCH, case, "memory afterwards", figures["memory_after_kib"], "KiB", before,
               before + KEPT_KIB)


if __name__ == "__main__":
    main()
