#!/usr/bin/env python3
"""Parley and, where it is installed, Janus under the same load: one publishes, the others watch.

Prints rows as bench/README.md describes. Both run as their users run them, with their own signaling, on
the first core; the clients (bench/load) have the others. A row of Janus's is the measure of Parley's.
"""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import janus  # noqa: E402
import server as parley  # noqa: E402

BENCH = "peers"
NAMESPACE, ADDRESS = "parley-bench", "10.77.9.1"
INSIDE = ("ip", "netns", "exec", NAMESPACE)
SIZES, QUICK_SIZES = (10, 50, 100, 200, 500), (100,)


class Janus(janus.Janus):
    """With its VideoRoom alone. Its ICE agent gathers no candidate on loopback, so it and its clients have
    a network namespace with one more address, whose traffic is loopback's all the same."""

    def __init__(self, folder):
        self.make_namespace()
        super().__init__(folder, "videoroom", nat=f'ice_lite = true, ice_enforce_list = "{ADDRESS}"',
                         inside=INSIDE)

    @staticmethod
    def make_namespace():
        for command in (f"ip netns add {NAMESPACE}", f"ip -n {NAMESPACE} link set lo up",
                        f"ip -n {NAMESPACE} link add media0 type veth peer name media1",
                        f"ip -n {NAMESPACE} addr add {ADDRESS}/24 dev media0",
                        f"ip -n {NAMESPACE} link set media0 up",
                        f"ip -n {NAMESPACE} link set media1 up"):
            subprocess.run(command.split(), check=True)

    def stop(self):
        super().stop()
        subprocess.run(["ip", "netns", "del", NAMESPACE], check=True)


def load(port, pid, subscribers, seconds, *options, inside=()):
    done = subprocess.run(
        [*inside, "taskset", "-c", parley.OTHER_CORES, parley.CLIENTS / "load", "--port", str(port),
         "--pid", str(pid), "--subscribers", str(subscribers), "--seconds", str(seconds), *options],
        stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit("the clients found no conference to load")
    return json.loads(done.stdout)


def measure_parley(program, subscribers, seconds, *options):
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = pathlib.Path(name)
        server = parley.Server(folder, program,
                               "[limits]\nparticipants_per_room = 5000\njoins_per_minute = 1000000\n"
                               "[http]\nconnections_per_address = 10000\n")
        try:
            room = server.post("/api/v1/rooms", {"title": "bench"})
            return load(parley.LOCAL_PORT, server.pid, subscribers, seconds, "--server", "parley",
                        "--room", room["name"], "--invite", room["invite"], *options)
        finally:
            server.stop()


def measure_janus(subscribers, seconds):
    with tempfile.TemporaryDirectory(prefix="janus-bench-") as name:
        server = Janus(pathlib.Path(name))
        try:
            return load(janus.PORT, server.pid, subscribers, seconds, "--server", "janus",
                        "--address", ADDRESS, inside=INSIDE)
        finally:
            server.stop()


def row(*args, **kwargs):
    parley.row(BENCH, *args, **kwargs)


def report(name, figures, against=None):
    """Rows of one server; `against`: the figures that are the limit of its own."""
    for medium in ("video", "audio"):
        ours, theirs = figures[medium], against and against[medium]
        case = f"{name}, {medium}"
        limit = theirs and theirs["cpu_ns_per_packet"]
        row(case, "server cpu per packet", ours["cpu_ns_per_packet"], "ns", limit)
        row(case, "delay p50", ours["delay_p50_us"], "us", theirs and theirs["delay_p50_us"])
        row(case, "delay p99", ours["delay_p99_us"], "us", theirs and theirs["delay_p99_us"])
        row(case, "packets missing", ours["missing"], "packets", target=None if theirs is None else 0)
        row(case, "wrong packets", ours["wrong"], f"of {ours['checked']}",
            target=0 if figures["server"] == "parley" else None)
    row(name, "memory per subscriber", figures["memory_kib"], "KiB", against and against["memory_kib"],
        100 if against else None)
    row(name, "cpu per join", figures["join_cpu_ms"], "ms", against and against["join_cpu_ms"],
        0.7 if against else None)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--program", default=parley.PROGRAMS / "parley")
    parser.add_argument("--janus-alone", action="store_true", help="for bench/run forward")
    args = parser.parse_args()
    seconds = 2 if args.quick else 8
    has_janus = shutil.which("janus") is not None and os.geteuid() == 0
    if not has_janus:
        print("Janus is left out: it needs Debian's janus, and root for its network namespace",
              file=sys.stderr)
    for size in QUICK_SIZES if args.quick else SIZES:
        theirs = measure_janus(size, seconds) if has_janus else None
        if theirs:
            report(f"Janus ({theirs['srtp']}), 1 -> {size}", theirs)
        if args.janus_alone:
            continue
        ours = measure_parley(args.program, size, seconds)
        report(f"Parley ({ours['srtp']}), 1 -> {size}", ours, theirs)


if __name__ == "__main__":
    main()
