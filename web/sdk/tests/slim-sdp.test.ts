import { describe, expect, it } from "vitest";
import { slimOffer } from "../slim-sdp.ts";

// As Chromium 156 offers it, one section to send and one to receive.
const kSession = [
  "v=0",
  "o=- 613 2 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0 1",
  "a=extmap-allow-mixed",
];
const kTransport = [
  "c=IN IP4 0.0.0.0",
  "a=rtcp:9 IN IP4 0.0.0.0",
  "a=candidate:1 1 udp 2113937151 10.0.0.1 5000 typ host",
  "a=ice-ufrag:fTMM",
  "a=ice-pwd:hkCHdSR/1EHfIxvchk0j5RdR",
  "a=ice-options:trickle",
  "a=fingerprint:sha-256 5A:1E",
  "a=setup:actpass",
];
const kExtensions = [
  "a=extmap:14 urn:ietf:params:rtp-hdrext:toffset",
  "a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time",
  "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid",
  "a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id",
];
const kCodec = [
  "a=rtcp-mux",
  "a=rtcp-xr:rcvr-rtt=all",
  "a=rtpmap:96 VP8/90000",
  "a=rtcp-fb:96 goog-remb",
  "a=rtcp-fb:96 nack pli",
];
const kSender = [
  "a=msid:- e132",
  "a=ssrc:2435138085 cname:uqd5",
  "a=ssrc:2435138085 msid:- e132",
  "a=rid:q send",
];

function offer(): string {
  const sent = [
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    ...kTransport,
    "a=mid:0",
    ...kExtensions,
    "a=sendonly",
    ...kCodec,
  ];
  const received = [
    "m=video 9 UDP/TLS/RTP/SAVPF 96",
    ...kTransport,
    "a=mid:1",
    ...kExtensions,
    "a=recvonly",
    ...kCodec,
  ];
  return [...kSession, ...sent, ...kSender, ...received, ""].join("\r\n");
}

describe("slimOffer", () => {
  const sections = slimOffer(offer()).split(/(?=^m=)/m);

  it("only takes lines away, and leaves the order", () => {
    const before = offer().split("\r\n");
    let at = 0;
    for (const line of slimOffer(offer()).split("\r\n")) {
      at = before.indexOf(line, at);
      expect(at, line).toBeGreaterThanOrEqual(0);
      at += 1;
    }
    expect(slimOffer(offer()).endsWith("\r\n")).toBe(true);
    expect(sections[0]).toBe(`${kSession.join("\r\n")}\r\n`);
  });

  it("names transport and fingerprint once per bundle", () => {
    for (const line of ["a=ice-ufrag:", "a=ice-pwd:", "a=fingerprint:", "a=setup:", "c="]) {
      expect(sections[1]).toContain(`\r\n${line}`);
      expect(sections[2]).not.toContain(`\r\n${line}`);
    }
  });

  it("keeps every section's transport where nothing is bundled", () => {
    const apart = slimOffer(offer().replace("a=group:BUNDLE 0 1\r\n", ""));
    expect(apart.match(/a=ice-ufrag:/g)).toHaveLength(2);
  });

  it("keeps what the server reads of each direction", () => {
    expect(sections[1]).toContain("sdes:rtp-stream-id");
    expect(sections[1]).toContain("a=rid:q send");
    expect(sections[1]).toContain("a=ssrc:2435138085 cname:uqd5");
    expect(sections[1]).toContain("a=rtcp-fb:96 goog-remb");
    expect(sections[2]).toContain("a=rtcp-fb:96 goog-remb");
    expect(sections[2]).toContain("abs-send-time");
    expect(sections[2]).not.toContain("sdes:rtp-stream-id");
  });

  it("drops candidates, stream names and unknown extensions", () => {
    expect(slimOffer(offer())).not.toMatch(/candidate|msid|toffset|rtcp-xr|a=rtcp:|ice-options/);
  });

  it("leaves alone what is no description", () => {
    expect(slimOffer("")).toBe("");
    expect(slimOffer("v=0\r\n")).toBe("v=0\r\n");
  });
});
