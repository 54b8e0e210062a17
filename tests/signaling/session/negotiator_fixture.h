#pragma once

// A Negotiator with three candidates and two certificates, offers to vary, and the parsed form of
// what it answered.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/wire/sdp_parser.h"
#include "signaling/session/negotiator.h"
#include "tests/sfu/wire/sdp_test_util.h"

namespace parley {

class NegotiatorTest : public ::testing::Test {
 protected:
  NegotiatorTest() : negotiator_(config_, random_) {
    candidates_ = {{*SocketAddress::Parse("192.0.2.1", 7000), false},
                   {*SocketAddress::Parse("2001:db8::1", 7000), false},
                   {*SocketAddress::Parse("192.0.2.1", 7001), true}};
    fingerprints_ = {{"sha-256", std::vector<uint8_t>(32, 0xec)},
                     {"sha-256", std::vector<uint8_t>(32, 0x45)}};
    offer_.source_ids = {SourceId(11), SourceId(12), SourceId(13), SourceId(14)};
    offer_.candidates = candidates_;
    offer_.fingerprints = fingerprints_;
  }

  std::expected<Negotiated, Error> Try(std::string_view sdp) {
    offer_.sdp = sdp;
    return negotiator_.Answer(offer_);
  }
  Negotiated Answer(std::string_view sdp) {
    auto negotiated = Try(sdp);
    EXPECT_TRUE(negotiated) << negotiated.error().message;
    if (!negotiated) return {};
    auto answer = ParseSdp(negotiated->answer);
    EXPECT_TRUE(answer) << answer.error().message;
    if (answer) answer_ = *answer;
    return *negotiated;
  }
  Error Refusal(std::string_view sdp) {
    auto negotiated = Try(sdp);
    EXPECT_FALSE(negotiated);
    return negotiated ? Error() : negotiated.error();
  }
  const SdpMedia& Line(std::string_view mid) const {
    auto found = std::ranges::find_if(answer_.media,
                                      [&](const SdpMedia& media) { return media.mid == mid; });
    EXPECT_NE(found, answer_.media.end()) << mid;
    return *found;
  }

  NegotiatorConfig config_;
  SeededRandom random_{7};
  Negotiator negotiator_;
  std::vector<MediaPort::Candidate> candidates_;
  std::vector<DtlsFingerprint> fingerprints_;
  NegotiatorOffer offer_;
  SdpSession answer_;  // of the last Answer()
};

inline std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// A small offer to vary: a camera and one video slot; {} holds more lines of the camera.
inline std::string SmallOffer(std::string_view camera_lines = "",
                              std::string_view slot_lines = "") {
  std::string offer =
      "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE c s\r\n"
      "a=ice-ufrag:peer\r\na=ice-pwd:peerpeerpeerpeerpeerpeer\r\na=setup:actpass\r\n"
      "a=fingerprint:sha-256 " +
      Replaced(std::string(32, 'x'), "x", "AB:");
  offer.pop_back();
  offer +=
      "\r\nm=video 9 UDP/TLS/RTP/SAVPF 96 97\r\na=mid:c\r\na=sendonly\r\na=rtcp-mux\r\n"
      "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n";
  offer += camera_lines;
  offer +=
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:s\r\na=recvonly\r\na=rtcp-mux\r\n"
      "a=rtpmap:96 VP8/90000\r\n";
  offer += slot_lines;
  return offer;
}

}  // namespace parley
