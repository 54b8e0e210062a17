#!/usr/bin/env python3
"""What playing a long recording costs in Chromium, as bench/README.md describes (web/e2e/playback.bench.ts)."""

import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "bench" / "support"))
import chromium  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a minute only")
    parser.add_argument("--program", required=True, help="meeting_maker")
    args = parser.parse_args()
    build = pathlib.Path(args.program).parents[1]
    quick = {"PARLEY_BENCH_QUICK": "1"} if args.quick else {}
    print(chromium.run("playback", build / "parley", PARLEY_MEETING_MAKER=args.program, **quick),
          end="", flush=True)


if __name__ == "__main__":
    main()
