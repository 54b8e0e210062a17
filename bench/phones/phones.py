#!/usr/bin/env python3
"""Real G.711 calls from sipp into one room of a real Parley: what the phone thread costs.

Prints rows as bench/README.md describes. Parley is pinned to the first core, sipp to the others; the
room's three talkers play Debian's recorded voice, all others send silence. First the talkers alone,
then with all listeners: the difference is what a listening leg costs. Beside it what the kernel takes of it
(limit.cc), what legs of other codecs cost without sockets (bench/mixer), and the same load in Janus. Then
how much later a caller is heard than they speak, callers of our own over seeded loss and jitter, and last,
with 50 calls up, strangers who send 2,000 INVITEs a second.
"""

import argparse
import audioop
import contextlib
import heapq
import json
import math
import os
import pathlib
import random
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time
import wave

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import bridge  # noqa: E402
import server  # noqa: E402

VOICES = pathlib.Path("/usr/share/asterisk/sounds/en_US_f_Allison")
SIP_PORT = 25060
TALKERS = 3
FLOOD_CALLS, FLOOD_PER_SECOND = 50, 2000
LOSSY_CALLS = 10
NETWORKS = ((0.05, 0), (0.10, 0), (0, 0.1), (0.10, 0.1))  # loss, jitter in seconds
QUICK_NETWORKS = ((0.05, 0), (0.10, 0.1))
STRANGER = "127.0.0.2"  # no trunk's address


def sounds(folder):
    """Voice of a minute and silence of a second, as G.711."""
    voice = b""
    for path in sorted(VOICES.glob("conf-*.wav")) * 3:
        with wave.open(str(path)) as wav:
            voice += wav.readframes(wav.getnframes())
        if len(voice) > 2 * 8000 * 60:
            break
    (folder / "voice.ul").write_bytes(audioop.lin2ulaw(voice, 2))
    (folder / "silence.ul").write_bytes(b"\xff" * 8000)


class Parley(server.Server):
    def __init__(self, folder, program, calls):
        super().__init__(folder, program,
                         f'[phone]\naddress = "127.0.0.1"\nport = {SIP_PORT}\n'
                         f'trunks = ["127.0.0.1"]\nrtp_port = 52000\ncalls = {calls}\n'
                         f"[limits]\nparticipants_per_room = {calls}\n")
        self.pin = self.post("/api/v1/rooms", {"title": "bench"})["dial_in"]["pin"]
        while self.metric("phone_ticks_total") == 0:
            time.sleep(0.1)
        tasks = pathlib.Path(f"/proc/{self.pid}/task")
        self.threads = {(t / "comm").read_text().strip(): t for t in tasks.iterdir()}

    def cpu(self, thread):
        """Seconds of the thread so far, by the scheduler's own count."""
        return int((self.threads[thread] / "schedstat").read_text().split()[0]) / 1e9

    def whole_cpu(self):
        tasks = pathlib.Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((t / "schedstat").read_text().split()[0]) for t in tasks) / 1e9


def call(folder, pin, sound, calls, seconds, port):
    scenario = folder / f"{sound}.xml"
    text = (pathlib.Path(__file__).parent / "call.xml").read_text()
    scenario.write_text(text.replace("SOUND", str(folder / f"{sound}.ul")))
    return subprocess.Popen(
        ["taskset", "-c", server.OTHER_CORES, "sipp", f"127.0.0.1:{SIP_PORT}", "-i", "127.0.0.1", "-mi",
         "127.0.0.1", "-p", str(port), "-sf", scenario, "-s", pin, "-m", str(calls), "-l",
         str(calls), "-r", "50", "-d", str(int(seconds * 1000)), "-nostdin", "-mp", str(port + 1000),
         "-rtp_threadtasks", "50"],
        cwd=folder, stdout=open(folder / f"{sound}.log", "w"), stderr=subprocess.STDOUT)


def measure(parley, seconds):
    names = ("phone_ticks_total", "phone_ticks_late_total", "phone_ticks_skipped_total")
    def read():
        return [parley.metric(n) for n in names] + [parley.cpu("parley-phones"), parley.whole_cpu()]
    before = read()
    time.sleep(seconds)
    ticks, late, skipped, cpu, whole = (b - a for a, b in zip(before, read()))
    return {"calls": parley.metric("phone_calls"), "ticks": ticks, "late": late,
            "skipped": skipped, "us_per_tick": 1e6 * cpu / ticks, "us_per_process": 1e6 * whole / ticks}


class LossyCaller:
    """A caller of our own whose network loses and delays packets by a seed."""

    def __init__(self, user, n, loss, jitter, voice):
        self.random = random.Random(n)
        self.loss, self.jitter, self.voice, self.sent = loss, jitter, voice, 0
        self.ssrc = self.random.getrandbits(32)
        self.rtp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.rtp.bind(("127.0.0.1", 0))
        sip = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sip.bind(("127.0.0.1", 0))
        sip.settimeout(10)
        own = f"127.0.0.1:{sip.getsockname()[1]}"
        sdp = SDP.replace("127.0.0.2", "127.0.0.1").replace(
            "audio 9", f"audio {self.rtp.getsockname()[1]}")
        text = INVITE.format(user=user, port=SIP_PORT, own=own, n=f"l{n}", sdp=sdp, length=len(sdp))
        sip.sendto(text.encode(), ("127.0.0.1", SIP_PORT))
        while not (answer := sip.recv(4096).decode()).startswith("SIP/2.0 200"):
            if not answer.startswith("SIP/2.0 1"):
                sys.exit(f"refused: {answer.splitlines()[0]}")
        self.to = ("127.0.0.1", int(re.search(r"m=audio (\d+)", answer)[1]))
        to = re.search(r"(?m)^To: .*$", answer)[0].strip()
        ack = re.sub(r"(?m)^To: .*$", lambda _: to, text.split("Content-Type")[0], count=1)
        ack = ack.replace("\r\r", "\r").replace("CSeq: 1 INVITE", "CSeq: 1 ACK")
        ack = ack.replace("INVITE sip", "ACK sip", 1).replace("z9hG4bK", "z9hG4bKa")
        lines = [line for line in ack.splitlines() if line]
        self.ack = "\r\n".join(lines) + "\r\nContent-Length: 0\r\n\r\n"
        self.sip = sip
        self.say(self.ack)

    def say(self, text):
        self.sip.sendto(text.encode(), ("127.0.0.1", SIP_PORT))

    def hang_up(self):
        self.say(self.ack.replace("ACK", "BYE").replace("CSeq: 1", "CSeq: 2")
                 .replace("z9hG4bKa", "z9hG4bKb"))

    def next_packet(self, start):
        """When it arrives, and what; nothing when it is lost."""
        i, self.sent = self.sent, self.sent + 1
        at = 160 * i % (len(self.voice) - 160)
        packet = struct.pack("!BBHII", 0x80, 0, i & 0xFFFF, 160 * i, self.ssrc)
        packet += self.voice[at:at + 160]
        late = self.random.random() * self.jitter
        return None if self.random.random() < self.loss else (start + 0.02 * i + late, packet)


SOUND = ("sound_played_ms", "sound_mended_ms", "sound_concealed_ms", "packets_waited",
         "packets_waited_ms")


def over_bad_networks(folder, program, seconds, cases):
    voice = (folder / "voice.ul").read_bytes()
    os.sched_setaffinity(0, {int(core) for core in server.OTHER_CORES.split(",")})
    parley = Parley(folder, program, LOSSY_CALLS + 2)
    try:
        for loss, jitter in cases:
            over_bad_network(parley, voice, seconds, loss, jitter)
    finally:
        parley.stop()


def over_bad_network(parley, voice, seconds, loss, jitter):
    callers = [LossyCaller(parley.pin, f"{loss}{jitter}{n}", loss, jitter, voice)
               for n in range(LOSSY_CALLS)]
    time.sleep(2.5)  # past the welcome
    # Read while everybody speaks: what is concealed behind a last packet was never lost. A thread
    # reads, for whoever sends must not wait.
    counts, readers = {}, {}
    start, due = time.monotonic(), []
    for i in range(int((seconds + 3) * 50)):
        if i in (100, int((seconds + 2) * 50)):
            readers[i] = threading.Thread(target=lambda i=i: counts.update(
                {i: [parley.metric(f"phone_{n}_total") for n in SOUND]}))
            readers[i].start()
        while due and due[0][0] < start + 0.02 * i:
            when, n, packet = heapq.heappop(due)
            time.sleep(max(0, when - time.monotonic()))
            callers[n].rtp.sendto(packet, callers[n].to)
        for n, caller in enumerate(callers):
            if arrival := caller.next_packet(start):
                heapq.heappush(due, (arrival[0], n, arrival[1]))
    for reader in readers.values():
        reader.join()
    before, after = counts.values()
    played, mended, concealed, packets, waited = (a - b for a, b in zip(after, before))
    score = parley.metric("phone_lowest_mos_hundredths") / 100
    for caller in callers:
        caller.hang_up()
    time.sleep(1)
    case = f"G.711, loss {loss:.0%}, jitter {1000 * jitter:.0f} ms"
    row(case, "concealed", 100 * concealed / max(played + mended + concealed, 1), "%")
    row(case, "wait in the jitter buffer", waited / max(packets, 1), "ms")
    row(case, "lowest score", score, "MOS")


PHASES = 4  # speakers whose packets come at as many moments between two ticks
MARK_EVERY, MARK_AT, MARK_FRAMES = 50, 30, 5  # in frames: who speaks is loud for a moment each second
SETTLED = 2 * PHASES  # marks, until the first guess of a jitter buffer is forgotten


def heard_after(folder, program, marks):
    """Milliseconds from where a sound leaves a caller to where it comes to another: what the mixer adds, by the
    median of all and of those whose packets come at the worst moment. Who speaks does so for a second, in turn."""
    tones = [audioop.lin2ulaw(b"".join(
        struct.pack("<h", round(level * math.sin(2 * math.pi * 400 * n / 8000))) for n in range(160)), 2)
        for level in (0, 1500, 12000)]
    parley = Parley(folder, program, PHASES + 2)
    try:
        speakers = [LossyCaller(parley.pin, f"delay{n}", 0, 0, tones[0]) for n in range(PHASES)]
        listener = LossyCaller(parley.pin, "delay", 0, 0, tones[0])
        listener.rtp.setblocking(False)
        time.sleep(5)  # past what is said on the way in
        said, levels = [], []
        with punctual():
            start = time.monotonic()
            for step in range(PHASES * MARK_EVERY * (SETTLED + marks + 1)):
                while (left := start + 0.02 / PHASES * step - time.monotonic()) > 0:
                    time.sleep(min(left, 0.0005))
                    read_levels(listener.rtp, levels)
                i, n = divmod(step, PHASES)
                second, frame = divmod(i, MARK_EVERY)
                speaks = second % PHASES == n
                loud = speaks and MARK_AT <= frame < MARK_AT + MARK_FRAMES
                if loud and frame == MARK_AT:
                    said.append((n, time.monotonic()))
                header = struct.pack("!BBHI", 0x80, 0, i & 0xFFFF, 160 * i)
                for caller, tone in ((speakers[n], tones[speaks + loud]), (listener, tones[0])):
                    if caller != listener or n == 0:
                        caller.rtp.sendto(header + struct.pack("!I", caller.ssrc) + tone, caller.to)
        usual = statistics.median(level for _, level in levels if level > 300)  # of the quiet tone
        heard = [[] for _ in speakers]
        for n, at in said[SETTLED:]:
            heard[n] += [1000 * (when - at) for when, level in levels if when > at and level > 2 * usual][:1]
        return statistics.median(sum(heard, [])), max(statistics.median(h) for h in heard if h)
    finally:
        parley.stop()


@contextlib.contextmanager
def punctual():
    """As a telephone is: whoever works beside it does not make its packets late, where the system allows that."""
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        print("callers may be late: no real-time priority here", file=sys.stderr)
    try:
        yield
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def read_levels(sock, levels):
    """When what was heard came, in pieces of 2.5 ms as if packets came sample by sample, and how loud each was."""
    try:
        while packet := sock.recv(2048):
            now, sound = time.monotonic(), audioop.ulaw2lin(packet[12:], 2)
            for piece in range(len(sound) // 40):
                levels.append((now + 0.0025 * piece, audioop.rms(sound[40 * piece:40 * piece + 40], 2)))
    except BlockingIOError:
        pass


def by_codec(program, quick):
    """Microseconds of a listening leg without sockets, and the least that it could be with G.711."""
    out = subprocess.run([program, "--benchmark_format=json", "--benchmark_filter=CallTick|ListenerLimit",
                          f"--benchmark_min_time={0.05 if quick else 0.5}"],
                         capture_output=True, text=True, check=True).stdout
    us = {b["name"]: b["cpu_time"] for b in json.loads(out)["benchmarks"]}
    legs = 200 - TALKERS
    for codec in ("g711", "g722", "opus"):
        alone = us[f"CallTick/{codec}/{TALKERS}"]
        listens, muted = ((us[f"CallTick/{name}/200"] - alone) / legs for name in (codec, f"{codec}_muted"))
        case = f"{codec} legs, without sockets"
        row(case, "talking, each", alone / TALKERS, "us")
        row(case, "listening", listens, "us", 25 if codec == "opus" else None,
            limit=us["ListenerLimit"] / legs if codec == "g711" else None)
        row(case, "listening, muted", muted, "us")
        row(case, "listening, on a core", 20000 / listens, "legs", 4000 if codec == "g711" else None,
            at_most=False)


INVITE = ("INVITE sip:{user}@127.0.0.1:{port} SIP/2.0\r\n"
          "Via: SIP/2.0/UDP {own};branch=z9hG4bK{n}\r\nMax-Forwards: 70\r\n"
          "From: <sip:stranger@{own}>;tag={n}\r\nTo: <sip:{user}@127.0.0.1>\r\n"
          "Call-ID: {n}@flood\r\nCSeq: 1 INVITE\r\nContact: <sip:stranger@{own}>\r\n"
          "Content-Type: application/sdp\r\nContent-Length: {length}\r\n\r\n{sdp}")
SDP = ("v=0\r\no=- 1 1 IN IP4 127.0.0.2\r\ns=-\r\nc=IN IP4 127.0.0.2\r\nt=0 0\r\n"
       "m=audio 9 RTP/AVP 0\r\n")


def flood(seconds):
    """How many INVITEs were sent; nobody reads the answers."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind((STRANGER, 0))
    own = f"{STRANGER}:{sock.getsockname()[1]}"
    start, sent = time.monotonic(), 0
    while (passed := time.monotonic() - start) < seconds:
        while sent < passed * FLOOD_PER_SECOND:
            text = INVITE.format(user=f"nobody{sent}", port=SIP_PORT, own=own, n=sent, sdp=SDP,
                                 length=len(SDP))
            sock.sendto(text.encode(), ("127.0.0.1", SIP_PORT))
            sent += 1
        time.sleep(0.005)
    return sent


def under_flood(folder, program, seconds):
    parley = Parley(folder, program, FLOOD_CALLS + 10)
    started = []
    try:
        started.append(call(folder, parley.pin, "voice", TALKERS, 2 * seconds + 25, 26000))
        started.append(call(folder, parley.pin, "silence", FLOOD_CALLS - TALKERS,
                            2 * seconds + 25, 33000))
        time.sleep(8)
        flood(2)  # what it sets aside for strangers, it has from here on
        names = ("phone_ticks_total", "phone_ticks_late_total", "phone_ticks_skipped_total",
                 "phone_sip_strangers_dropped_total")
        memory, before = parley.memory(), [parley.metric(n) for n in names]
        cpu = parley.cpu("parley-phones")
        sent = flood(seconds)
        cpu = parley.cpu("parley-phones") - cpu
        ticks, late, skipped, dropped = (parley.metric(n) - b for n, b in zip(names, before))
        time.sleep(1)
        grown, calls = parley.memory() - memory, parley.metric("phone_calls")
    finally:
        for sipp in started:
            sipp.terminate()
            sipp.wait()
        parley.stop()
    case = f"flood, {FLOOD_CALLS} calls up"
    row(case, "INVITEs of strangers", sent / seconds, "/s")
    row(case, "of them dropped unanswered", 100 * dropped / sent, "%")
    row(case, "calls up after it", calls, "", FLOOD_CALLS, at_most=False)
    row(case, "ticks skipped", skipped, "", 0)
    row(case, "ticks late", late, f"of {ticks:.0f}")
    row(case, "memory grown", grown, "KiB", 1024)
    row(case, "phone thread", 100 * cpu / seconds, "% core")


def row(case, metric, value, unit, target=None, at_most=True, limit=None):
    server.row("phones", case, metric, value, unit, target=target, at_most=at_most, limit=limit)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--program", default=server.PROGRAMS / "parley")
    args = parser.parse_args()
    seconds = 8 if args.quick else 20
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = pathlib.Path(name)
        sounds(folder)
        parley = Parley(folder, args.program, args.calls + 10)
        started = []
        try:
            started.append(call(folder, parley.pin, "voice", TALKERS, 2 * seconds + 25, 26000))
            time.sleep(4)
            few = measure(parley, seconds)
            listeners = args.calls - TALKERS
            started.append(call(folder, parley.pin, "silence", listeners, seconds + 15, 33000))
            time.sleep(8)
            many = measure(parley, seconds)
        finally:
            for sipp in started:
                sipp.terminate()
                sipp.wait()
            parley.stop()
    case = f"{args.calls} G.711 calls, {TALKERS} talk"
    row(case, "calls up", many["calls"], "", args.calls, at_most=False)
    row(case, "ticks skipped", many["skipped"], "", 0)
    row(case, "ticks late", many["late"], f"of {many['ticks']:.0f}")
    row(case, "phone thread", many["us_per_tick"] / 200, "% core")
    row(f"{TALKERS} talkers alone", "cpu per tick", few["us_per_tick"], "us")
    row(case, "cpu per tick", many["us_per_tick"], "us")
    kernel = float(subprocess.run([server.PROGRAMS / "bench/phones_limit", str(args.calls),
                                   str(seconds // 2)], capture_output=True, text=True, check=True).stdout)
    leg = (many["us_per_tick"] - few["us_per_tick"]) / max(many["calls"] - few["calls"], 1)
    row(case, "per listening leg", leg, "us", 5, limit=kernel)
    row(case, "of it not the kernel's", leg - kernel, "us")
    each = many["us_per_process"] / args.calls
    theirs = None
    if bridge.installed():
        with tempfile.TemporaryDirectory(prefix="janus-bench-") as name:
            sounds(pathlib.Path(name))
            voice = (pathlib.Path(name) / "voice.ul").read_bytes()
            theirs, frames = bridge.measure(pathlib.Path(name), args.calls, TALKERS, voice, seconds)
        row(f"Janus, {case}", "whole process, per call", theirs, "us")
        row(f"Janus, {case}", "frames heard by a call", frames, "/s")
    else:
        print("Janus is left out: it is not installed", file=sys.stderr)
    row(case, "whole process, per call", each, "us", theirs, limit=theirs)
    by_codec(server.PROGRAMS / "bench/mixer_audio_bench", args.quick)
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        folder = pathlib.Path(name)
        sounds(folder)
        usual, worst = heard_after(folder, args.program, PHASES if args.quick else 4 * PHASES)
        row("a G.711 caller, by another", "heard after", usual, "ms", 40)
        row("a G.711 caller, by another", "heard after, at worst phase", worst, "ms", 40)
        over_bad_networks(folder, args.program, 6 if args.quick else 20,
                          QUICK_NETWORKS if args.quick else NETWORKS)
        under_flood(folder, args.program, 8 if args.quick else 20)


if __name__ == "__main__":
    main()
