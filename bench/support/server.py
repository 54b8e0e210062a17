"""A real Parley for benchmarks: one worker on the first core, whatever loads it on the others."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".build" / "bench"
CLIENTS = PROGRAMS / "bench"
LOCAL_PORT, HTTPS_PORT, MEDIA_PORT = 28080, 28443, 28500
OTHER_CORES = ",".join(map(str, range(1, os.cpu_count()))) or "0"


def row(bench, case, metric, value, unit, limit=None, target=None, at_most=True):
    ok = target is None or (value <= target if at_most else value >= target)
    print(json.dumps({"bench": bench, "case": case, "metric": metric, "value": value,
                      "unit": unit, "limit": limit, "target": target, "ok": ok}), flush=True)


class Server:
    def __init__(self, folder, program, config, workers=1):
        path = folder / "parley.toml"
        path.write_text(f"{config}\n[auth]\npublic_metrics = true\n")
        log = folder / "log"
        self.process = subprocess.Popen(
            ["taskset", "-c", "0" if workers == 1 else f"0-{workers - 1}", program, "--config", path,
             "--local-port", str(LOCAL_PORT), "--port", str(HTTPS_PORT),
             "--media-port", str(MEDIA_PORT), "--workers", str(workers), "--data", folder / "data"],
            stdout=subprocess.PIPE, stderr=open(log, "w"), text=True)
        for line in self.process.stdout:
            if found := re.search(r"#host=(\S+)", line):
                break
        else:
            sys.exit(f"parley did not start: {log.read_text()}")
        self.token = self.post("/api/v1/host-links/redeem", {"link": found[1]})["token"]

    @property
    def pid(self):
        return self.process.pid

    def post(self, path, body):
        headers = {"content-type": "application/json"}
        if hasattr(self, "token"):
            headers["authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(f"http://localhost:{LOCAL_PORT}{path}",
                                         json.dumps(body).encode(), headers)
        return json.load(urllib.request.urlopen(request))

    def metric(self, name):
        text = urllib.request.urlopen(f"http://localhost:{LOCAL_PORT}/metrics").read().decode()
        return sum(float(v) for v in re.findall(rf"^parley_{name}(?:{{.*}})? (\S+)$", text, re.M))

    def memory(self):
        """KiB that are resident."""
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(10)
