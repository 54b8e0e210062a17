"""The same calls in the AudioBridge of Debian's Janus: what its users mix phones with.

Its participants come by plain RTP, without ICE and DTLS, as our callers do: what is measured is the mixing.
"""

import pathlib
import shutil
import socket
import struct
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import janus  # noqa: E402

ROOM = 1234
FRAME = 160  # samples of 20 ms at 8 kHz


def installed():
    return shutil.which("janus") is not None


class Bridge(janus.Janus):
    def __init__(self, folder):
        super().__init__(folder, "audiobridge",
                         settings='local_ip = "127.0.0.1", rtp_port_range = "45000-49000"')

    def cpu(self):
        """Seconds of all its threads so far, by the scheduler's own count."""
        tasks = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9


class Callers(threading.Thread):
    """As many as asked for, each with a socket and an SSRC; the first few play `voice`, the others silence.
    What they hear is read and counted."""

    def __init__(self, calls, talkers, voice):
        super().__init__(daemon=True)
        self.sockets = []
        for _ in range(calls):
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            s.setblocking(False)
            self.sockets.append(s)
        self.talkers, self.voice, self.heard, self.over = talkers, voice, 0, False
        self.to = [None] * calls

    def join_room(self, session):
        session.message(session.attach("janus.plugin.audiobridge"), request="create", room=ROOM,
                        sampling_rate=16000, allow_rtp_participants=True)
        places = {}
        for i, s in enumerate(self.sockets):
            handle = session.attach("janus.plugin.audiobridge")
            places[handle] = i
            session.message(handle, request="join", room=ROOM, codec="pcmu",
                            rtp={"ip": "127.0.0.1", "port": s.getsockname()[1], "payload_type": 0})
        while None in self.to:
            handle, data = session.event()
            if data.get("audiobridge") == "joined" and "rtp" in data:
                self.to[places[handle]] = ("127.0.0.1", data["rtp"]["port"])
            elif "error" in data:
                sys.exit(f"janus refuses: {data['error']}")

    def run(self):
        silence = b"\xff" * FRAME
        start, sent = time.monotonic(), 0
        while not self.over:
            time.sleep(max(0, start + 0.02 * sent - time.monotonic()))
            for i, s in enumerate(self.sockets):
                at = FRAME * (sent + 1000 * i) % (len(self.voice) - FRAME)
                sound = self.voice[at:at + FRAME] if i < self.talkers else silence
                s.sendto(struct.pack("!BBHII", 0x80, 0, sent & 0xFFFF, FRAME * sent & 0xFFFFFFFF, i + 1)
                         + sound, self.to[i])
                try:
                    while s.recv(2048):
                        self.heard += 1
                except BlockingIOError:
                    pass
            sent += 1


def measure(folder, calls, talkers, voice, seconds):
    """CPU of one call and frame in us, and how many frames a call heard a second."""
    bridge = Bridge(folder)
    try:
        session = janus.Session()
        callers = Callers(calls, talkers, voice)
        callers.join_room(session)
        callers.start()
        time.sleep(4)
        cpu, heard = bridge.cpu(), callers.heard
        time.sleep(seconds)
        cpu, heard = bridge.cpu() - cpu, callers.heard - heard
        callers.over = True
        callers.join()
        return 1e6 * cpu / (seconds * 50) / calls, heard / seconds / calls
    finally:
        bridge.stop()
