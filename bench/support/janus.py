"""Debian's Janus for benchmarks: one plugin of it, its HTTP API on loopback, pinned to the first core."""

import itertools
import json
import pathlib
import subprocess
import sys
import time
import urllib.request

PORT = 28088


class Janus:
    """`nat`: what its nat section says; `settings`: the plugin's general section; `inside`: the command
    that brings it into a network namespace."""

    def __init__(self, folder, plugin, nat="", settings="", inside=()):
        libraries = next(pathlib.Path("/usr/lib").glob("*/janus"))
        (folder / "configs").mkdir()
        (folder / "nothing").mkdir()
        (folder / "configs/janus.jcfg").write_text(f"""
general: {{
  configs_folder = "{folder}/configs"
  plugins_folder = "{libraries}/plugins"
  transports_folder = "{libraries}/transports"
  events_folder = "{folder}/nothing"
  loggers_folder = "{folder}/nothing"
  debug_level = 2
  session_timeout = 0
}}
nat: {{ {nat} }}
plugins: {{ disable = "{','.join(self.others(libraries / 'plugins', plugin))}" }}
transports: {{ disable = "{','.join(self.others(libraries / 'transports', 'http'))}" }}
""")
        (folder / "configs/janus.transport.http.jcfg").write_text(f"""
general: {{ json = "compact", base_path = "/janus", http = true, port = {PORT}, ip = "127.0.0.1" }}
""")
        (folder / f"configs/janus.plugin.{plugin}.jcfg").write_text(f"general: {{ {settings} }}\n")
        log = folder / "log"
        self.process = subprocess.Popen(
            [*inside, "taskset", "-c", "0", "janus", "--config", folder / "configs/janus.jcfg",
             "--configs-folder", folder / "configs"],
            stdout=open(log, "w"), stderr=subprocess.STDOUT)
        listening = f"0100007F:{PORT:04X} 00000000:0000 0A"
        for _ in range(100):
            time.sleep(0.1)
            if listening in pathlib.Path(f"/proc/{self.pid}/net/tcp").read_text():
                return
        sys.exit(f"janus did not start: {log.read_text()[-2000:]}")

    @staticmethod
    def others(folder, kept):
        return [p.name for p in folder.glob("libjanus_*.so") if kept not in p.name]

    @property
    def pid(self):
        return self.process.pid

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Session:
    """A session over the HTTP API, for those who are on the same loopback."""

    def __init__(self):
        self.numbers = map(str, itertools.count())
        self.path = ""
        self.path = f"/{self.ask(janus='create')['data']['id']}"

    def ask(self, path="", **members):
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/janus{self.path}{path}",
            json.dumps({"transaction": next(self.numbers), **members}).encode())
        answer = json.load(urllib.request.urlopen(request))
        if answer["janus"] == "error":
            sys.exit(f"janus refuses: {answer['error']['reason']}")
        return answer

    def attach(self, plugin):
        return self.ask(janus="attach", plugin=plugin)["data"]["id"]

    def message(self, handle, **body):
        """Its answer; or where that comes as an event, nothing."""
        answer = self.ask(f"/{handle}", janus="message", body=body)
        return answer.get("plugindata", {}).get("data")

    def event(self):
        """The next, of whichever handle."""
        while True:
            event = json.load(urllib.request.urlopen(f"http://127.0.0.1:{PORT}/janus{self.path}?maxev=1"))
            if event["janus"] == "event":
                return event["sender"], event["plugindata"]["data"]
