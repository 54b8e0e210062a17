#!/usr/bin/env python3
"""A webinar on a real Parley: three on stage, hundreds of attendees through real sockets.

Prints rows as bench/README.md describes. Parley has one worker and the first core; the clients have the
others. Then an audience of two thousand with signaling alone.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import server as parley  # noqa: E402

BENCH = "webinar"
CONFIG = """
[limits]
participants_per_room = 5000
joins_per_minute = 1000000
[http]
connections_per_address = 10000
"""


def measure(program, attendees, seconds, *options):
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = pathlib.Path(name)
        server = parley.Server(folder, program, CONFIG)
        try:
            room = server.post("/api/v1/rooms", {"title": "bench"})["name"]
            tokens = [subprocess.run(
                [program, "token", "--data", folder / "data", "--room", room, "--role", role],
                stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
                for role in ("host", "attendee")]
            done = subprocess.run(
                ["taskset", "-c", parley.OTHER_CORES, parley.CLIENTS / "webinar",
                 "--port", str(parley.LOCAL_PORT), "--pid", str(server.pid), "--room", room,
                 "--host-token", tokens[0], "--attendee-token", tokens[1],
                 "--attendees", str(attendees), "--seconds", str(seconds), *options],
                stdout=subprocess.PIPE, text=True)
            if done.returncode != 0:
                sys.exit(f"{attendees} attendees: not measured")
            return json.loads(done.stdout)
        finally:
            server.stop()


def row(*args, **kwargs):
    parley.row(BENCH, *args, **kwargs)


def times(case, what, figures, target=None):
    row(case, f"{what} p50", figures["p50_ms"], "ms")
    row(case, f"{what} p99", figures["p99_ms"], "ms", target=target)


def report(case, figures):
    row(case, "joins per second", figures["joins_per_second"], "/s")
    row(case, "cpu per join", figures["join_cpu_ms"], "ms")
    row(case, "memory per attendee", figures["memory_kib"], "KiB")
    times(case, "join", figures["join"])
    times(case, "chat broadcast", figures["chat"], 50)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--program", default=parley.PROGRAMS / "parley")
    args = parser.parse_args()
    seconds = 2 if args.quick else 10
    first = None
    for attendees in (100, 500):
        figures = measure(args.program, attendees, seconds)
        case = f"3 on stage, {attendees} attend"
        report(case, figures)
        row(case, "packets lost", figures["lost"], f"of {figures['packets']}", target=0)
        row(case, "server load", figures["cores"], "cores", target=1)
        cost = figures["cpu_us_per_attendee_second"]
        first = first or cost
        row(case, "cpu per attendee and second", cost, "us", None if cost == first else first)
        times(case, "promotion to speaking", figures["promotion"], 1000)
    for attendees in (1000, 2000):
        figures = measure(args.program, attendees, seconds, "--signaling-only")
        case = f"{attendees:,} attend, signaling alone"
        report(case, figures)
        times(case, "chat, 100 join a second", figures["chat_while_joining"], 50)


if __name__ == "__main__":
    main()
