#include "signaling/session/negotiator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/signaling/session/negotiator_fixture.h"

namespace parley {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(NegotiatorTest, LeavesWhatTheRoleMayNotSendInactive) {
  offer_.may_publish = {};
  Negotiated negotiated = Answer(ReadOffer("chromium-meeting"));
  EXPECT_TRUE(negotiated.sources.none());
  EXPECT_THAT(negotiated.params.producers, IsEmpty());
  EXPECT_THAT(negotiated.slots, SizeIs(7));
  EXPECT_EQ(Line("0").direction, SdpDirection::kInactive);
  EXPECT_NE(Line("0").port, 0);  // it speaks for the bundle
  EXPECT_TRUE(Line("1").simulcast);
}

TEST_F(NegotiatorTest, RefusesAnOfferOfWhichNothingIsAllowed) {
  offer_.may_publish = {};
  EXPECT_EQ(Refusal(ReadOffer("obs-whip")).code, ErrorCode::kForbidden);
  EXPECT_FALSE(negotiator_.answered());
}

TEST_F(NegotiatorTest, RefusesContradictingSources) {
  offer_.sources_by_mid = {{"0", SourceKind::kCamera}};
  EXPECT_THAT(Refusal(ReadOffer("chromium-whip")).message,
              HasSubstr("m-line 1 (audio, mid 0) sends the camera"));
  offer_.sources_by_mid = {{"0", SourceKind::kMicrophone}, {"3", SourceKind::kMicrophone}};
  EXPECT_THAT(Refusal(ReadOffer("chromium-meeting")).message, HasSubstr("twice"));
}

TEST_F(NegotiatorTest, RefusesOffersThatCannotWork) {
  const std::string offer = SmallOffer();
  auto expect = [&](const std::string& sdp, std::string_view says) {
    Error error = Refusal(sdp);
    EXPECT_EQ(error.code, ErrorCode::kOfferInvalid) << error.message;
    EXPECT_THAT(error.message, HasSubstr(std::string(says)));
  };
  expect("", "cannot be read");
  expect("v=0\r\nx\r\n", "Line 2");
  expect(Replaced(offer, "a=group:BUNDLE c s\r\n", ""), "no BUNDLE");
  expect(Replaced(offer, "BUNDLE c s", "BUNDLE c"), "m-line 2 (video, mid s) is not in the BUNDLE");
  expect(Replaced(offer, "a=mid:s\r\n", ""), "m-line 2 (video) has no a=mid");
  expect(Replaced(offer, "a=mid:s\r\n", "a=mid:c\r\n"), "mid of another");
  expect(Replaced(offer, "a=mid:s\r\n", "a=mid:sssssssssssssssss\r\n"), "16 characters");
  expect(Replaced(offer, "a=rtcp-mux\r\n", ""), "no a=rtcp-mux");
  expect(Replaced(offer, "UDP/TLS/RTP/SAVPF", "RTP/AVP"), "UDP/TLS/RTP/SAVPF");
  expect(Replaced(offer, "a=ice-ufrag:peer\r\n", ""), "no ICE credentials");
  expect(Replaced(offer, "a=ice-pwd:peerpeerpeerpeerpeerpeer\r\n", ""), "no ICE credentials");
  expect(Replaced(offer, "a=fingerprint:sha-256", "a=x:"), "no a=fingerprint");
  expect(Replaced(offer, "a=fingerprint:sha-256", "a=fingerprint:sha-1"), "sha-256, sha-384");
  expect(Replaced(offer, "actpass", "holdconn"), "a=setup");
  expect(Replaced(offer, "a=setup:actpass\r\n", "a=setup:actpass\r\na=ice-lite\r\n"), "ICE lite");
  expect(SmallOffer("a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid\r\n",
                    "a=extmap:3 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n"),
         "header extension id 3");
  expect(SmallOffer("a=rid:seventeen_letters send\r\n"), "over 16 characters");
  expect(SmallOffer("a=rid:a send\r\na=rid:b send\r\na=simulcast:send a;b;a\r\n"), "twice");
  expect(SmallOffer("a=ssrc-group:SIM 10 10\r\n"), "SSRC that another stream has");
  expect(Replaced(Replaced(offer, "a=sendonly", "a=inactive"), "a=recvonly", "a=inactive"),
         "neither sends nor receives");
  expect(Replaced(offer, "m=video", "m=text"), "no audio and no video");
  EXPECT_FALSE(negotiator_.answered());
}

TEST_F(NegotiatorTest, RefusesOffersThatAreTooLarge) {
  config_.max_sdp_bytes = 1000;
  EXPECT_EQ(Refusal(ReadOffer("chromium-meeting")).code, ErrorCode::kTooLarge);
}

TEST_F(NegotiatorTest, SaysWhenNoCodecIsShared) {
  Error error = Refusal(Replaced(SmallOffer(), "VP8", "H263"));
  EXPECT_EQ(error.code, ErrorCode::kNoCommonCodec);
  EXPECT_THAT(error.message, HasSubstr("VP8, VP9, H.264 or AV1"));
}

TEST_F(NegotiatorTest, RejectsAnMLineWithoutACommonCodecAndGoesOn) {
  std::string offer = SmallOffer();
  offer.replace(offer.rfind("VP8"), 3, "XYZ");
  Negotiated negotiated = Answer(offer);
  EXPECT_THAT(negotiated.params.producers, SizeIs(1));
  EXPECT_THAT(negotiated.slots, IsEmpty());
  EXPECT_EQ(Line("s").port, 0);
  EXPECT_EQ(answer_.media[1].payload_types, std::vector<uint8_t>{96});
  EXPECT_THAT(answer_.FindGroup("BUNDLE")->mids, ElementsAre("c"));
}

// RFC 9143 section 7.3.3: the first that is accepted speaks for the bundle then.
TEST_F(NegotiatorTest, PassesTheBundleOnWhenItsFirstMLineIsRejected) {
  Negotiated negotiated =
      Answer(Replaced(SmallOffer(), "96 VP8/90000\r\na=rtpmap:97", "96 XYZ/90000\r\na=rtpmap:97"));
  EXPECT_THAT(negotiated.params.producers, IsEmpty());
  EXPECT_THAT(negotiated.slots, SizeIs(1));
  EXPECT_EQ(Line("c").port, 0);
  EXPECT_THAT(answer_.FindGroup("BUNDLE")->mids, ElementsAre("s"));
  EXPECT_THAT(Line("s").candidates, SizeIs(3));
  EXPECT_EQ(Line("c").transport.setup,
            Line("s").transport.setup);  // GStreamer wants it on every line
}

TEST_F(NegotiatorTest, RejectsADataChannel) {
  std::string offer = Replaced(SmallOffer(), "BUNDLE c s", "BUNDLE d c s") +
                      "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n";
  Negotiated negotiated = Answer(offer);
  EXPECT_EQ(Line("d").port, 0);
  EXPECT_THAT(Line("d").formats, ElementsAre("webrtc-datachannel"));
  EXPECT_THAT(answer_.FindGroup("BUNDLE")->mids, ElementsAre("c", "s"));
  EXPECT_THAT(Line("c").candidates, SizeIs(3));  // now the first of the bundle
}

TEST_F(NegotiatorTest, RejectsSlotsBeyondTheLimit) {
  config_.max_slots = 5;
  Negotiated negotiated = Answer(ReadOffer("chromium-meeting"));
  EXPECT_THAT(negotiated.slots, SizeIs(5));
  EXPECT_EQ(Line("9").port, 0);
  EXPECT_EQ(Line("10").port, 0);
}

TEST_F(NegotiatorTest, RejectsNothingButSendsAFifthMLineOfAKindInactive) {
  std::string extra =
      "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\na=rtcp-mux\r\n"
      "a=rtpmap:96 VP8/90000\r\n";
  std::string offer = Replaced(SmallOffer(), "BUNDLE c s", "BUNDLE c s x y") + extra +
                      "a=mid:x\r\n" + extra + "a=mid:y\r\n";
  Negotiated negotiated = Answer(offer);
  EXPECT_THAT(negotiated.params.producers, SizeIs(2));
  EXPECT_EQ(Line("x").direction, SdpDirection::kRecvOnly);
  EXPECT_EQ(Line("y").direction, SdpDirection::kInactive);
}

TEST_F(NegotiatorTest, EveryTruncationIsAnsweredOrRefused) {
  const std::string offer = ReadOffer("gstreamer-whip");
  for (size_t size = 0; size < offer.size(); ++size) {
    auto negotiated = Try(std::string_view(offer).substr(0, size));
    if (!negotiated) {
      EXPECT_THAT(negotiated.error().message, Not(IsEmpty()));
    }
  }
}

}  // namespace
}  // namespace parley
