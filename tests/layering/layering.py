#!/usr/bin/env python3
"""Reads every include and every web import, and fails on one that runs upward.

The table says which folders a folder may include besides itself; everyone may use sfu/base.
It is the same rule as the DEPENDS lines of CMakeLists.txt, held here for headers too.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

SFU_BELOW_TRANSPORT = {"sfu/wire", "sfu/port"}
SIGNALING_CORE = {"signaling/protocol", "sfu/wire", "sfu/port"}
MAY = {
    "sfu/base": set(),
    "sfu/wire": set(),
    "sfu/port": {"sfu/wire"},
    "sfu/congestion": {"sfu/wire"},
    "sfu/transport": SFU_BELOW_TRANSPORT,
    "sfu/forward": SFU_BELOW_TRANSPORT | {"sfu/congestion"},
    "sfu/worker": SFU_BELOW_TRANSPORT | {"sfu/congestion", "sfu/transport", "sfu/forward"},
    "mixer/audio": {"sfu/wire"},
    "mixer/port": SFU_BELOW_TRANSPORT,
    "mixer/ivr": {"mixer/audio", "mixer/port"},
    "mixer/sip": {"sfu/wire"},
    "mixer/net": {"sfu/wire", "mixer/sip"},
    "mixer/phone": SFU_BELOW_TRANSPORT
    | {"mixer/audio", "mixer/ivr", "mixer/net", "mixer/port", "mixer/sip", "sfu/transport"},
    "recorder/timeline": {"sfu/wire"},
    "recorder/track": {"sfu/wire"},
    "recorder/storage": set(),
    "recorder/mux": {"sfu/wire", "recorder/storage"},
    "recorder/library": {"recorder/mux", "recorder/storage", "recorder/timeline"},
    "recorder/scene": {"recorder/library"},
    "recorder/live": set(),
    "recorder/compose": {"recorder/library", "recorder/live", "recorder/mux", "recorder/scene", "recorder/storage"},
    "recorder/push": {"recorder/live"},
    "recorder/write": {"sfu/wire", "sfu/port", "recorder/library", "recorder/mux", "recorder/storage", "recorder/timeline", "recorder/track"},
    "signaling/protocol": set(),
    "signaling/room": SIGNALING_CORE,
    "signaling/session": SIGNALING_CORE | {"signaling/room"},
    "signaling/phone": SIGNALING_CORE | {"signaling/room", "mixer/port"},
    "signaling/recording": SIGNALING_CORE | {"signaling/room", "recorder/library", "recorder/live", "recorder/scene", "recorder/storage"},
    "signaling/store": {"signaling/room"},
    "signaling/hooks": {"signaling/protocol", "signaling/room", "signaling/store"},
    "signaling/api": SIGNALING_CORE
    | {"signaling/room", "signaling/session", "signaling/store", "signaling/hooks", "signaling/recording", "recorder/library", "recorder/live", "recorder/storage"},
    "signaling/net": SIGNALING_CORE
    | {"signaling/room", "signaling/session", "signaling/store", "signaling/recording", "signaling/api"},
}
# What main.cc is made of: each of its files knows two or three of those below it.
MAY["signaling/launch"] = {
    "sfu/worker", "mixer/phone", "mixer/sip", "recorder/storage", "signaling/api", "signaling/net", "signaling/phone", "signaling/recording",
    "signaling/room", "signaling/store",
}
FEATURES = {p.parent.relative_to(ROOT).as_posix() for p in ROOT.glob("signaling/features/*/*.h")}
# A feature knows the room and no other feature.
MAY |= {feature: SIGNALING_CORE | {"signaling/room"} for feature in FEATURES}
MAY["signaling/features"] = FEATURES | {"signaling/room"}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*["']([^"']+)["']""")


def includes_that_run_upward():
    for top in ("sfu", "mixer", "signaling", "recorder"):
        for path in sorted((ROOT / top).rglob("*.*")):
            if path.suffix not in (".h", ".cc") or path.name.endswith("main.cc"):
                continue
            folder = path.parent.relative_to(ROOT).as_posix()
            if folder not in MAY:
                yield f"{folder}: not in the layering table"
                continue
            for target in INCLUDE.findall(path.read_text()):
                below = target.rsplit("/", 1)[0]
                if below != folder and below != "sfu/base" and below not in MAY[folder]:
                    yield f"{path.relative_to(ROOT)} includes {target}"


def web_imports_that_run_upward():
    """The SDK knows nothing of the UI; the UI never touches a socket or a peer connection."""
    for path in sorted((ROOT / "web/sdk").rglob("*.ts")):
        for target in IMPORT.findall(path.read_text()):
            if "/ui/" in target or target.startswith(("preact", "@preact")):
                yield f"{path.relative_to(ROOT)} imports {target}"
    for path in sorted((ROOT / "web/ui").rglob("*.ts*")):
        if re.search(r"\bnew (WebSocket|RTCPeerConnection)\b", path.read_text()):
            yield f"{path.relative_to(ROOT)} opens its own connection"


def main():
    problems = [*includes_that_run_upward(), *web_imports_that_run_upward()]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
