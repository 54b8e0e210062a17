#pragma once

// Offers of the shape that PROTOCOL.md, "Media" asks for, as short as the RFCs allow.

#include <string>
#include <vector>

#include "signaling/protocol/types.h"

namespace parley::test {

struct OfferShape {
  // In the order of PROTOCOL.md's defaults: microphone before screen audio, camera before screen.
  std::vector<SourceKind> sends = {SourceKind::kMicrophone, SourceKind::kCamera};
  int audio_slots = 3;
  int video_slots = 4;
  std::string ufrag = "ufr4";
  std::string password = "0123456789abcdefghijkl";
};

inline std::string MakeOffer(const OfferShape& shape = {}) {
  struct Line {
    bool video;
    bool sends;
  };
  std::vector<Line> lines;
  lines.reserve(shape.sends.size() + static_cast<size_t>(shape.audio_slots + shape.video_slots));
  lines.reserve(shape.sends.size());
  for (const SourceKind kind : shape.sends) lines.push_back({IsVideo(kind), true});
  for (int i = 0; i < shape.audio_slots; ++i) lines.push_back({false, false});
  for (int i = 0; i < shape.video_slots; ++i) lines.push_back({true, false});

  std::string bundle;
  for (size_t i = 0; i < lines.size(); ++i) bundle += " " + std::to_string(i);
  std::string sdp =
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE" + bundle + "\r\n";
  for (size_t i = 0; i < lines.size(); ++i) {
    const auto& line = lines[i];
    const std::string payload = line.video ? "96" : "111";
    sdp += line.video ? "m=video" : "m=audio";
    sdp += " 9 UDP/TLS/RTP/SAVPF " + payload + "\r\nc=IN IP4 0.0.0.0\r\n";
    sdp += "a=ice-ufrag:" + shape.ufrag + "\r\na=ice-pwd:" + shape.password + "\r\n";
    sdp += "a=fingerprint:sha-256";
    for (int k = 0; k < 32; ++k) sdp += k == 0 ? " CD" : ":CD";
    sdp += "\r\na=setup:actpass\r\na=mid:" + std::to_string(i) + "\r\n";
    sdp += "a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n";
    sdp += line.sends ? "a=sendonly\r\n" : "a=recvonly\r\n";
    sdp += "a=rtcp-mux\r\na=rtpmap:" + payload;
    sdp += line.video ? " VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\n"
                      : " opus/48000/2\r\n";
    if (line.sends) sdp += "a=ssrc:" + std::to_string(1000 + i) + " cname:c\r\n";
  }
  return sdp;
}

inline const std::vector<SourceKind> kEverySource = {
    SourceKind::kMicrophone, SourceKind::kScreenAudio, SourceKind::kCamera, SourceKind::kScreen};

}  // namespace parley::test
