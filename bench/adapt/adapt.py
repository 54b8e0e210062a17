#!/usr/bin/env python3
"""Weak links in the simulator: what a subscriber gets, and how soon, in simulated time.

Runs the adaptation scenarios of tests/sim (whole engines over a seeded network, three seeds each) and
prints the worst of the seeds as rows, as bench/README.md describes. Then three of them with Chromium behind
links of network namespaces (web/e2e/adapt.bench.ts), as root and where there is Chromium.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "support"))
import chromium  # noqa: E402

# name: (case, metric, unit, target, whether more is better)
ROWS = {
    "down_ms": ("2 Mb/s -> 300 kb/s", "until video has stepped down", "ms", 2000, False),
    "recovery_ms": ("300 kb/s -> 2 Mb/s", "until 85 % is used", "ms", 15000, False),
    "utilisation_percent": ("300 kb/s -> 2 Mb/s", "used in the 15 s after", "%", 85, True),
    "queueing_p95_ms": ("2 Mb/s -> 300 kb/s -> 2 Mb/s", "queueing p95", "ms", 150, False),
    "audio_loss_percent": ("2 Mb/s -> 300 kb/s -> 2 Mb/s", "audio lost", "%", 1, False),
    "loss_5_received_kbps": ("loss 5 %", "received", "kb/s", None, True),
    "loss_5_video_lost_for_good_percent": ("loss 5 %", "video lost for good", "%", None, False),
    "loss_10_received_kbps": ("loss 10 %", "received", "kb/s", None, True),
    "loss_10_video_lost_for_good_percent": ("loss 10 %", "video lost for good", "%", None, False),
    "loss_20_received_kbps": ("loss 20 %", "received", "kb/s", None, True),
    "loss_20_video_lost_for_good_percent": ("loss 20 %", "video lost for good", "%", None, False),
    "deep_queue_queueing_p95_ms": ("1 Mb/s, queue of 3 s", "queueing p95", "ms", 150, False),
    "deep_queue_utilisation_percent": ("1 Mb/s, queue of 3 s", "used", "%", None, True),
    "jitter_received_kbps": ("jitter of 25 ms", "received", "kb/s", None, True),
}


def run(program, quick):
    seeds = "*seed1" if quick else "*"
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done = subprocess.run([program, f"--gtest_filter=Seeds/AdaptationTest.{seeds}",
                               f"--gtest_output=json:{report}"], capture_output=True, text=True)
        if not report.exists():
            sys.exit(done.stdout[-2000:] + done.stderr[-2000:])
        if done.returncode != 0:
            print("some scenarios missed what they must reach:", done.stdout[-1500:],
                  file=sys.stderr)
        return json.loads(report.read_text())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="one seed")
    parser.add_argument("--program", required=True, help="sim_tests")
    args = parser.parse_args()
    found = {}
    for suite in run(args.program, args.quick)["testsuites"]:
        for test in suite["testsuite"]:
            for name in ROWS.keys() & test.keys():
                found.setdefault(name, []).append(float(test[name]))
    for name, (case, metric, unit, target, more) in ROWS.items():
        values = found.get(name)
        # A scenario that failed recorded nothing.
        value = None if not values else min(values) if more else max(values)
        reached = value is not None and (
            target is None or (value >= target if more else value <= target))
        print(json.dumps({"bench": "adapt", "case": case, "metric": metric, "value": value,
                          "unit": unit, "limit": None, "target": target, "ok": reached}),
              flush=True)
    if args.quick:
        return
    if os.geteuid() != 0 or not shutil.which("chromium") or not (ROOT / "web/node_modules").exists():
        print("Chromium is left out: it needs root, Debian's chromium and `npm ci` in web/",
              file=sys.stderr)
        return
    print(chromium.run("adapt", pathlib.Path(args.program).parents[1] / "parley"), end="", flush=True)


if __name__ == "__main__":
    main()
