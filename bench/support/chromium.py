"""Figures of real browsers: runs a bench of web/e2e and gives the rows that it writes."""

import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEB = ROOT / "web"


def run(bench, parley, **environment):
    """`parley`: the program; `environment`: what the bench reads besides."""
    with tempfile.TemporaryDirectory() as folder:
        rows = pathlib.Path(folder) / "rows"
        rows.touch()
        build = subprocess.run(["npm", "run", "build"], cwd=WEB, capture_output=True, text=True)
        if build.returncode != 0:
            sys.exit(build.stdout[-2000:] + build.stderr[-2000:])
        done = subprocess.run(
            ["npx", "vitest", "run", "--config", "e2e/bench.config.ts", f"e2e/{bench}.bench.ts"],
            cwd=WEB, capture_output=True, text=True,
            env=os.environ | {"PARLEY_BENCH_ROWS": str(rows), "PARLEY_BINARY": str(parley)} | environment)
        if done.returncode != 0:
            print("some scenarios were not measured:", done.stdout[-1500:], file=sys.stderr)
        return rows.read_text()
