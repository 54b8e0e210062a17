#include "signaling/session/negotiator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "sfu/wire/ice_candidate.h"
#include "tests/signaling/session/negotiator_fixture.h"

namespace parley {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Codec> CodecsOf(const std::vector<CodecParams>& params) {
  std::vector<Codec> codecs;
  codecs.reserve(params.size());
  for (const CodecParams& codec : params) codecs.push_back(codec.codec);
  return codecs;
}

std::vector<std::string> RidsOf(const ProducerParams& producer) {
  std::vector<std::string> rids;
  rids.reserve(producer.encodings.size());
  for (const EncodingParams& encoding : producer.encodings) rids.emplace_back(encoding.rid.view());
  return rids;
}

TEST_F(NegotiatorTest, AnswersAMeetingOfChromium) {
  Negotiated negotiated = Answer(ReadOffer("chromium-meeting"));
  const TransportParams& params = negotiated.params;

  EXPECT_EQ(negotiated.sources, kAllSources);
  ASSERT_THAT(params.producers, SizeIs(4));
  EXPECT_EQ(params.producers[0].source, SourceId(11));  // microphone
  EXPECT_EQ(params.producers[1].source, SourceId(12));  // camera
  EXPECT_EQ(params.producers[2].source, SourceId(13));  // screen
  EXPECT_EQ(params.producers[3].source, SourceId(14));  // screen audio
  EXPECT_EQ(params.producers[0].mid.view(), "0");
  EXPECT_THAT(CodecsOf(params.producers[0].codecs), ElementsAre(Codec::kOpus));
  EXPECT_THAT(CodecsOf(params.producers[1].codecs), ElementsAre(Codec::kVp8));
  EXPECT_THAT(RidsOf(params.producers[1]), ElementsAre("q", "h", "f"));
  EXPECT_THAT(RidsOf(params.producers[2]), ElementsAre(""));
  const CodecParams& vp8 = params.producers[1].codecs[0];
  EXPECT_EQ(vp8.payload_type, PayloadType(96));
  EXPECT_EQ(vp8.rtx_payload_type, PayloadType(97));
  EXPECT_EQ(vp8.clock_rate, 90000u);
  EXPECT_TRUE(vp8.transport_cc && vp8.remb && vp8.nack && vp8.pli && vp8.fir);
  EXPECT_EQ(params.producers[0].extensions.audio_level, 1);
  EXPECT_EQ(params.producers[1].extensions.transport_cc, 3);
  EXPECT_EQ(params.producers[1].extensions.mid, 4);
  EXPECT_EQ(params.producers[1].extensions.rid, 10);
  EXPECT_EQ(params.producers[1].extensions.repaired_rid, 11);
  EXPECT_EQ(params.producers[1].extensions.dependency_descriptor, 13);
  EXPECT_EQ(params.producers[1].extensions.abs_send_time, 0);  // transport-cc tells more

  ASSERT_THAT(params.slots, SizeIs(7));
  for (size_t i = 0; i < params.slots.size(); ++i) {
    const SlotParams& slot = params.slots[i];
    EXPECT_EQ(slot.index, i);
    EXPECT_EQ(negotiated.slots[i].slot, i);
    EXPECT_EQ(negotiated.slots[i].mid, slot.mid.view());
    EXPECT_EQ(slot.kind, i < 4 ? MediaKind::kAudio : MediaKind::kVideo);
    EXPECT_EQ(slot.follows, i < 3 ? SlotFollows::kSeat : SlotFollows::kAssigned);
    EXPECT_EQ(slot.seat, i < 3 ? i : 0);
    EXPECT_EQ(slot.rtx_ssrc.has_value(), i >= 4);
    EXPECT_EQ(slot.extensions.transport_cc, 3);
    EXPECT_EQ(slot.extensions.abs_send_time, 2);
  }
  EXPECT_THAT(CodecsOf(params.slots[0].codecs), ElementsAre(Codec::kOpus, Codec::kRed));
  EXPECT_THAT(CodecsOf(params.slots[4].codecs),
              ElementsAre(Codec::kVp8, Codec::kVp9, Codec::kH264, Codec::kAv1));
  const CodecParams& slot_h264 = params.slots[4].codecs[2];
  EXPECT_EQ(slot_h264.profile, 0x42e01fu);
  EXPECT_EQ(slot_h264.packetization_mode, 1);
  EXPECT_TRUE(slot_h264.remb && slot_h264.nack && slot_h264.pli && slot_h264.fir);
  EXPECT_TRUE(slot_h264.transport_cc);
  EXPECT_EQ(params.local_dtls_role, DtlsRole::kServer);
  EXPECT_EQ(params.remote_ice.ufrag, "OoBC");
  ASSERT_THAT(params.remote_fingerprints, SizeIs(1));
  EXPECT_EQ(params.remote_fingerprints[0].algorithm, "sha-256");
}

TEST_F(NegotiatorTest, WritesTheAnswerThatBrowsersNeed) {
  Negotiated negotiated = Answer(ReadOffer("chromium-meeting"));
  EXPECT_TRUE(answer_.ice_lite);
  EXPECT_TRUE(answer_.extmap_allow_mixed);
  EXPECT_THAT(answer_.FindGroup("BUNDLE")->mids,
              ElementsAre("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"));
  EXPECT_EQ(answer_.transport.ice_ufrag, negotiated.params.local_ice.ufrag);
  EXPECT_EQ(answer_.transport.ice_pwd, negotiated.params.local_ice.pwd);
  EXPECT_THAT(answer_.transport.ice_options, ElementsAre("ice2"));
  // Chromium refuses two at one level.
  EXPECT_THAT(answer_.transport.fingerprints,
              ElementsAre(SdpFingerprint{"sha-256", std::vector<uint8_t>(32, 0xec)}));

  const SdpMedia& microphone = Line("0");
  EXPECT_EQ(microphone.port, 7000);
  EXPECT_EQ(microphone.connection->address, "192.0.2.1");
  EXPECT_TRUE(microphone.end_of_candidates);
  EXPECT_EQ(microphone.direction, SdpDirection::kRecvOnly);
  const SdpMedia& camera = Line("1");
  EXPECT_THAT(camera.candidates, IsEmpty());
  EXPECT_EQ(camera.port, 9);
  EXPECT_EQ(camera.transport.setup, SdpSetup::kPassive);
  EXPECT_TRUE(camera.rtcp_mux && camera.rtcp_rsize);
  EXPECT_THAT(camera.rids, ElementsAre(SdpRid{"q", false, {}, ""}, SdpRid{"h", false, {}, ""},
                                       SdpRid{"f", false, {}, ""}));
  ASSERT_TRUE(camera.simulcast);
  EXPECT_THAT(camera.simulcast->recv, SizeIs(3));
  EXPECT_THAT(camera.simulcast->send, IsEmpty());
  EXPECT_THAT(camera.payload_types, ElementsAre(96, 97));
  EXPECT_TRUE(camera.HasFeedback(96, "goog-remb", ""));
  EXPECT_FALSE(microphone.HasFeedback(111, "goog-remb", ""));

  const SdpMedia& video_slot = Line("8");
  const SlotParams& slot = negotiated.params.slots[4];
  EXPECT_EQ(video_slot.direction, SdpDirection::kSendOnly);
  EXPECT_THAT(video_slot.msids, ElementsAre(SdpMsid{"slot4", "slot4-track"}));
  EXPECT_THAT(video_slot.ssrc_groups,
              ElementsAre(SdpSsrcGroup{"FID", {slot.ssrc.value(), slot.rtx_ssrc->value()}}));
  EXPECT_THAT(video_slot.ssrcs, ElementsAre(SdpSsrc{slot.ssrc.value(), "cname", "parley"},
                                            SdpSsrc{slot.rtx_ssrc->value(), "cname", "parley"}));
  EXPECT_TRUE(video_slot.HasFeedback(96, "goog-remb", ""));
  EXPECT_TRUE(video_slot.HasFeedback(96, "transport-cc", ""));
}

TEST_F(NegotiatorTest, OrdersCandidatesUdpBeforeTcp) {
  Answer(ReadOffer("chromium-whip"));
  ASSERT_THAT(Line("0").candidates, SizeIs(3));
  std::vector<IceCandidate> candidates;
  for (const std::string& text : Line("0").candidates) {
    auto candidate = IceCandidate::Parse(text);
    ASSERT_TRUE(candidate) << text;
    candidates.push_back(*candidate);
  }
  // RFC 8445 section 5.1.2.1 with a type preference of 1, for component 1.
  EXPECT_EQ(candidates[0].priority, 33554431u);
  EXPECT_GT(candidates[0].priority, candidates[1].priority);
  EXPECT_GT(candidates[1].priority, candidates[2].priority);
  EXPECT_EQ(candidates[1].address, "2001:db8::1");
  EXPECT_EQ(candidates[2].protocol, "tcp");
  EXPECT_EQ(candidates[2].tcp_type, "passive");
  EXPECT_EQ(candidates[2].port, 7001);
  EXPECT_NE(candidates[0].foundation, candidates[2].foundation);
}

TEST_F(NegotiatorTest, AnswersAMeetingOfFirefox) {
  Negotiated negotiated = Answer(ReadOffer("firefox-meeting"));
  const TransportParams& params = negotiated.params;
  EXPECT_EQ(negotiated.sources, kAllSources);
  EXPECT_THAT(RidsOf(params.producers[1]), ElementsAre("q", "h", "f"));
  EXPECT_THAT(CodecsOf(params.producers[1].codecs), ElementsAre(Codec::kVp8));
  ASSERT_THAT(params.slots, SizeIs(4));
  // This Firefox has no H.264.
  EXPECT_THAT(CodecsOf(params.slots[3].codecs), ElementsAre(Codec::kVp8, Codec::kVp9, Codec::kAv1));
  // It takes the dependency descriptor only from itself: "/sendonly".
  EXPECT_EQ(params.producers[1].extensions.dependency_descriptor, 8);
  EXPECT_EQ(params.slots[3].extensions.dependency_descriptor, 0);
  EXPECT_THAT(Line("1").extmaps,
              ::testing::Contains(SdpExtmap{9, SdpDirection::kRecvOnly,
                                            "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id", ""}));
}

TEST_F(NegotiatorTest, AnswersWhipClients) {
  for (std::string_view name : {"chromium-whip", "firefox-whip", "gstreamer-whip", "obs-whip"}) {
    SCOPED_TRACE(name);
    Negotiated negotiated = Answer(ReadOffer(name));
    EXPECT_EQ(negotiated.sources.to_ulong(), 0b0011u);  // microphone and camera
    EXPECT_THAT(negotiated.slots, IsEmpty());
    for (const SdpMedia& media : answer_.media) {
      EXPECT_EQ(media.direction, SdpDirection::kRecvOnly);
      EXPECT_NE(media.port, 0);
    }
  }
}

TEST_F(NegotiatorTest, TakesWhatObsSends) {
  Negotiated negotiated = Answer(ReadOffer("obs-whip"));
  const ProducerParams& microphone = negotiated.params.producers[0];
  EXPECT_EQ(microphone.encodings[0].ssrc, Ssrc(2815044193));
  EXPECT_EQ(Line("0").FindFmtp(111), "minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1");
  const ProducerParams& camera = negotiated.params.producers[1];
  EXPECT_THAT(CodecsOf(camera.codecs), ElementsAre(Codec::kH264));
  EXPECT_FALSE(camera.codecs[0].rtx_payload_type);
  EXPECT_TRUE(camera.codecs[0].remb);
  EXPECT_TRUE(Line("1").HasFeedback(96, "goog-remb", ""));
  EXPECT_EQ(Line("1").FindFmtp(96),
            "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e034");
  EXPECT_EQ(camera.extensions, HeaderExtensionIds());
}

TEST_F(NegotiatorTest, TakesWhatGStreamerSends) {
  Negotiated negotiated = Answer(ReadOffer("gstreamer-whip"));
  ASSERT_THAT(negotiated.params.producers, SizeIs(2));
  const ProducerParams& camera = negotiated.params.producers[0];
  EXPECT_EQ(camera.kind, MediaKind::kVideo);
  EXPECT_EQ(camera.source, SourceId(12));
  EXPECT_TRUE(camera.encodings[0].ssrc);
  // It offers the feedback but not the header extension that it would need.
  EXPECT_FALSE(camera.codecs[0].transport_cc);
  EXPECT_FALSE(Line("video0").HasFeedback(96, "transport-cc", ""));
  EXPECT_FALSE(camera.codecs[0].remb) << "not offered";
}

TEST_F(NegotiatorTest, AnswersWhepClients) {
  offer_.may_publish = {};
  for (std::string_view name : {"chromium-whep", "firefox-whep", "gstreamer-whep"}) {
    SCOPED_TRACE(name);
    Negotiated negotiated = Answer(ReadOffer(name));
    EXPECT_THAT(negotiated.params.producers, IsEmpty());
    ASSERT_THAT(negotiated.params.slots, SizeIs(2));
    EXPECT_EQ(negotiated.params.slots[0].follows, SlotFollows::kDominant);
    EXPECT_EQ(negotiated.params.slots[1].follows, SlotFollows::kAssigned);
    EXPECT_EQ(negotiated.slots[1].kind, MediaKind::kVideo);
  }
}

TEST_F(NegotiatorTest, TakesOnlyTheProfilesThatEveryDecoderHas) {
  // Chromium offers to receive 4:4:4 too.
  Negotiated negotiated = Answer(ReadOffer("chromium-whep"));
  for (const CodecParams& codec : negotiated.params.slots[1].codecs) {
    if (codec.codec == Codec::kH264) {
      EXPECT_NE(codec.profile >> 16, 0xf4u);
    }
    if (codec.codec == Codec::kVp9) {
      EXPECT_EQ(codec.profile % 2, 0u);
    }
    if (codec.codec == Codec::kAv1) {
      EXPECT_EQ(codec.profile, 0u);
    }
  }
}

TEST_F(NegotiatorTest, BelievesTheClientWhichMLineIsWhat) {
  offer_.sources_by_mid = {{"0", SourceKind::kScreenAudio}, {"1", SourceKind::kScreen}};
  Negotiated negotiated = Answer(ReadOffer("chromium-whip"));
  EXPECT_EQ(negotiated.params.producers[0].source, SourceId(14));
  EXPECT_EQ(negotiated.params.producers[1].source, SourceId(13));
  EXPECT_FALSE(negotiated.params.producers[0].screen);
  EXPECT_TRUE(negotiated.params.producers[1].screen);

  // What is not named takes what is left.
  offer_.sources_by_mid = {{"1", SourceKind::kScreen}, {"nowhere", SourceKind::kMicrophone}};
  negotiated = Answer(ReadOffer("chromium-meeting"));
  EXPECT_EQ(negotiated.params.producers[1].source, SourceId(13));
  EXPECT_EQ(negotiated.params.producers[2].source, SourceId(12));
}

TEST_F(NegotiatorTest, FollowsTheServersOrderOfCodecs) {
  config_.video_codecs = {Codec::kAv1, Codec::kH264};
  Negotiated negotiated = Answer(ReadOffer("chromium-meeting"));
  EXPECT_THAT(CodecsOf(negotiated.params.producers[1].codecs), ElementsAre(Codec::kAv1));
  EXPECT_THAT(CodecsOf(negotiated.params.slots[4].codecs), ElementsAre(Codec::kAv1, Codec::kH264));
}

TEST_F(NegotiatorTest, PrefersConstrainedBaselineInMode1) {
  config_.video_codecs = {Codec::kH264};
  Negotiated negotiated = Answer(ReadOffer("chromium-whip"));
  const CodecParams& h264 = negotiated.params.producers[1].codecs.at(0);
  EXPECT_EQ(h264.profile, 0x42e01fu);
  EXPECT_EQ(h264.packetization_mode, 1);
}

TEST_F(NegotiatorTest, TakesRedWhereItStandsBeforeOpus) {
  std::string offer = Replaced(ReadOffer("chromium-whip"), "SAVPF 111 63 ", "SAVPF 63 111 ");
  Negotiated negotiated = Answer(offer);
  EXPECT_THAT(CodecsOf(negotiated.params.producers[0].codecs),
              ElementsAre(Codec::kRed, Codec::kOpus));
  EXPECT_THAT(Line("0").payload_types, ElementsAre(63, 111));
  EXPECT_EQ(Line("0").FindFmtp(63), "111/111");
}

TEST_F(NegotiatorTest, TakesSimulcastBySsrc) {
  Negotiated negotiated = Answer(
      SmallOffer("a=ssrc-group:SIM 10 20 30\r\na=ssrc-group:FID 10 11\r\na=ssrc-group:FID 30 31\r\n"
                 "a=ssrc:10 cname:x\r\n"));
  const auto& encodings = negotiated.params.producers[0].encodings;
  ASSERT_THAT(encodings, SizeIs(3));
  EXPECT_EQ(encodings[0].ssrc, Ssrc(10));
  EXPECT_EQ(encodings[0].rtx_ssrc, Ssrc(11));
  EXPECT_FALSE(encodings[1].rtx_ssrc);
  EXPECT_EQ(encodings[2].rtx_ssrc, Ssrc(31));
}

TEST_F(NegotiatorTest, TakesOfAlternativesTheFirstThatFitsTheCodec) {
  Negotiated negotiated = Answer(
      SmallOffer("a=rid:a send pt=97\r\na=rid:b send pt=96\r\na=rid:c send\r\na=rid:d send\r\n"
                 "a=rid:e send\r\na=simulcast:send a,~b;c;a;d;e\r\n"));
  EXPECT_THAT(RidsOf(negotiated.params.producers[0]), ElementsAre("b", "c", "d"));
  EXPECT_THAT(Line("c").simulcast->recv, SizeIs(3));
}

TEST_F(NegotiatorTest, TakesOpusWhoseChannelsAreNotNamed) {
  Answer(Replaced(SmallOffer(), "BUNDLE c s", "BUNDLE c s a") +
         "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\na=mid:a\r\na=recvonly\r\na=rtcp-mux\r\n"
         "a=rtpmap:97 OPUS/48000\r\n");
  ASSERT_NE(Line("a").FindRtpMap(97), nullptr);
  EXPECT_EQ(Line("a").FindRtpMap(97)->channels, 2);
}

TEST_F(NegotiatorTest, TakesTheDtlsRoleThatIsLeft) {
  EXPECT_EQ(Answer(Replaced(SmallOffer(), "actpass", "active")).params.local_dtls_role,
            DtlsRole::kServer);
  EXPECT_EQ(Line("c").transport.setup, SdpSetup::kPassive);
  EXPECT_EQ(Answer(Replaced(SmallOffer(), "actpass", "passive")).params.local_dtls_role,
            DtlsRole::kClient);
  EXPECT_EQ(Line("c").transport.setup, SdpSetup::kActive);
}

TEST_F(NegotiatorTest, GivesEverySlotSsrcsOfItsOwn) {
  Negotiated negotiated = Answer(ReadOffer("firefox-meeting"));
  std::vector<uint32_t> ssrcs;
  for (const SlotParams& slot : negotiated.params.slots) {
    ssrcs.push_back(slot.ssrc.value());
    if (slot.rtx_ssrc) ssrcs.push_back(slot.rtx_ssrc->value());
  }
  std::ranges::sort(ssrcs);
  EXPECT_EQ(std::ranges::adjacent_find(ssrcs), ssrcs.end());
  EXPECT_NE(ssrcs.front(), 0u);
}

TEST_F(NegotiatorTest, MakesIceCredentialsOfIceChars) {
  IceParams ice = MakeIceParams(random_);
  EXPECT_THAT(ice.ufrag, SizeIs(8));
  EXPECT_THAT(ice.pwd, SizeIs(24));
  for (char c : ice.ufrag + ice.pwd) {
    EXPECT_TRUE(std::isalnum(static_cast<unsigned char>(c)) || c == '+' || c == '/') << c;
  }
  EXPECT_NE(MakeIceParams(random_), ice);
}

}  // namespace
}  // namespace parley
