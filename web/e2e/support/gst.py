"""A GStreamer webrtcbin that publishes through WHIP or plays through WHEP, as other people's clients do.

    gst.py whip URL TOKEN PICTURE TONE_HZ   a looped MJPEG file and a tone, until it is ended
    gst.py whep URL TOKEN SECONDS           prints what it saw and heard as one line of JSON
"""

import json
import math
import os
import sys
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

SQUARES = 16
RATE = 48000


class Client:
    """One HTTP exchange of offer and answer, all candidates inside (RFC 9725 section 4.3)."""

    def __init__(self, description, url, token):
        self.url, self.token = url, token
        self.loop = GLib.MainLoop()
        self.pipeline = Gst.Pipeline()
        self.pipeline.add(Gst.parse_bin_from_description(description, False))
        self.webrtc = self.pipeline.get_by_name("w")
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)
        bus = self.pipeline.get_bus()
        bus.add_signal_watch()
        bus.connect("message::error", lambda _, m: self.fail(str(m.parse_error())))

    def fail(self, why):
        print(why, file=sys.stderr)
        sys.exit(1)

    def offer(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        GLib.timeout_add(300, self.create_offer)  # the pads have their caps by then

    def create_offer(self):
        self.webrtc.emit("create-offer", None, Gst.Promise.new_with_change_func(self.on_offer))
        return False

    def on_offer(self, promise):
        reply = promise.get_reply()  # owns the offer
        self.webrtc.emit("set-local-description", reply.get_value("offer"), None)

    def on_gathering(self, *_):
        state = self.webrtc.get_property("ice-gathering-state")
        if state == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.exchange)

    def exchange(self):
        local = self.webrtc.get_property("local-description").sdp.as_text()
        headers = {"Content-Type": "application/sdp", "Authorization": f"Bearer {self.token}"}
        request = urllib.request.Request(self.url, local.encode(), headers)
        try:
            with urllib.request.urlopen(request) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            self.fail(f"{error.code} {error.read().decode()}")
        _, message = GstSdp.SDPMessage.new()
        GstSdp.sdp_message_parse_buffer(answer, message)
        description = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.webrtc.emit("set-remote-description", description, None)
        print("answered", flush=True)
        return False


def publish(url, token, picture, tone):
    client = Client(
        "webrtcbin name=w bundle-policy=max-bundle "
        f"multifilesrc location={picture} loop=true caps=image/jpeg,framerate=30/1 ! jpegparse ! jpegdec "
        "! videoconvert ! video/x-raw,format=I420 ! identity sync=true ! queue "
        "! vp8enc deadline=1 target-bitrate=1500000 keyframe-max-dist=300 ! rtpvp8pay pt=96 ! "
        "application/x-rtp,media=video,encoding-name=VP8,payload=96 ! w. "
        f"audiotestsrc is-live=true freq={tone} volume=0.3 ! audioconvert ! audioresample ! queue "
        "! opusenc ! rtpopuspay pt=97 ! application/x-rtp,media=audio,encoding-name=OPUS,payload=97 ! w.",
        url,
        token,
    )
    client.offer()
    client.loop.run()


def code_of(luma, width, height, stride):
    """The number in a picture of the tests' cameras; null where the checksum does not fit."""
    row = height // 2 * stride
    word = 0
    for i in range(SQUARES):
        word = word * 2 + (luma[row + int((i + 0.5) * width / SQUARES)] > 125)
    camera, frame = word >> 12, word >> 4 & 255
    fits = word & 15 == (camera ^ frame >> 4 ^ frame & 15 ^ 0b1010) & 15
    return {"camera": camera, "frame": frame} if fits else None


def share_of(samples, tone):
    """Of all energy, what lies at one frequency (Goertzel over a whole number of its periods)."""
    total = sum(s * s for s in samples)
    if not total:
        return 0.0
    w = 2 * math.pi * tone / RATE
    re = sum(s * math.cos(w * i) for i, s in enumerate(samples))
    im = sum(s * math.sin(w * i) for i, s in enumerate(samples))
    return 2 * (re * re + im * im) / (len(samples) * total)


def play(url, token, seconds):
    client = Client("webrtcbin name=w bundle-policy=max-bundle", url, token)
    seen, heard = [], []
    for media, caps in (
        ("video", "encoding-name=VP8,payload=96,clock-rate=90000,rtcp-fb-nack-pli=true"),
        ("audio", "encoding-name=OPUS,payload=97,clock-rate=48000"),
    ):
        caps = Gst.Caps.from_string(f"application/x-rtp,media={media},{caps}")
        client.webrtc.emit("add-transceiver", GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY, caps)

    def on_frame(sink):
        sample = sink.emit("pull-sample")
        info = sample.get_caps().get_structure(0)
        width, height = info.get_value("width"), info.get_value("height")
        data = sample.get_buffer().extract_dup(0, sample.get_buffer().get_size())
        seen.append(code_of(data, width, height, (width + 3) // 4 * 4))
        return Gst.FlowReturn.OK

    def on_sound(sink):
        buffer = sink.emit("pull-sample").get_buffer()
        data = memoryview(buffer.extract_dup(0, buffer.get_size())).cast("h")
        heard.extend(data)
        return Gst.FlowReturn.OK

    def on_pad(_, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        media = pad.get_current_caps().get_structure(0).get_value("media")
        chain = Gst.parse_bin_from_description(
            "rtpvp8depay ! vp8dec ! videoconvert ! video/x-raw,format=GRAY8 ! appsink name=s emit-signals=true sync=false"
            if media == "video"
            else "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! "
            f"audio/x-raw,format=S16LE,rate={RATE},channels=1 ! appsink name=s emit-signals=true sync=false",
            True,
        )
        chain.get_by_name("s").connect("new-sample", on_frame if media == "video" else on_sound)
        client.webrtc.get_parent().add(chain)
        if pad.link(chain.get_static_pad("sink")) != Gst.PadLinkReturn.OK:
            client.fail(f"the {media} pad does not link")
        chain.sync_state_with_parent()

    client.webrtc.connect("pad-added", on_pad)
    client.offer()
    GLib.timeout_add_seconds(seconds, client.loop.quit)
    client.loop.run()
    tones = (450, 650, 850, 1150, 1450, 1850)
    last = heard[-RATE // 2 :]
    shares = {tone: round(share_of(last, tone), 3) for tone in tones} if last else {}
    codes = [code for code in seen if code]
    print(json.dumps({"frames": len(seen), "codes": codes[-40:], "samples": len(heard), "shares": shares}), flush=True)
    os._exit(0)  # its threads still come in here, which an interpreter that is being taken down does not survive


if __name__ == "__main__":
    Gst.init(None)
    if sys.argv[1] == "whip":
        publish(*sys.argv[2:6])
    else:
        play(sys.argv[2], sys.argv[3], int(sys.argv[4]))
