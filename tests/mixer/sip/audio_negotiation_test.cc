#include "mixer/sip/audio_negotiation.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sfu/wire/sdp_parser.h"
#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {
namespace {

AudioOptions Options() {
  AudioOptions options;
  options.rtp = SocketAddress::V4({198, 51, 100, 1}, 20'000);
  return options;
}

SdpFingerprint Fingerprint(uint8_t byte) { return {"sha-256", std::vector<uint8_t>(32, byte)}; }

std::string Offer(std::string_view media) {
  return Crlf("v=0\no=- 1 1 IN IP4 192.0.2.9\ns=-\nc=IN IP4 192.0.2.9\nt=0 0\n" +
              std::string(media));
}

class AudioNegotiationTest : public testing::Test {
 protected:
  AudioNegotiation Make(AudioOptions options = Options()) {
    return AudioNegotiation(std::move(options), random_);
  }
  // The answer, parsed.
  SdpSession Answer(AudioNegotiation& negotiation, std::string_view media) {
    const auto answer = negotiation.TakeOffer(Offer(media));
    EXPECT_TRUE(answer.has_value()) << answer.error().text;
    return ParseSdp(answer.value_or(Offer(""))).value();
  }
  SeededRandom random_{1};
};

TEST_F(AudioNegotiationTest, AnswersWithTheOfferersFirstSharedCodecAndItsPayloadTypes) {
  AudioNegotiation negotiation = Make();
  const SdpSession answer =
      Answer(negotiation,
             "m=audio 4000 RTP/AVP 18 8 0 111 97 98\na=rtpmap:111 opus/48000/2\n"
             "a=rtpmap:97 telephone-event/48000\na=rtpmap:98 telephone-event/8000\na=ptime:40\n");
  ASSERT_EQ(answer.media.size(), 1u);
  EXPECT_EQ(answer.media[0].port, 20'000);
  EXPECT_EQ(answer.media[0].payload_types, (std::vector<uint8_t>{8, 98}));
  EXPECT_EQ(answer.connection->address, "198.51.100.1");
  const AudioStream& stream = *negotiation.stream();
  EXPECT_EQ(stream.send, (AudioFormat{AudioCodec::kPcma, 8}));
  EXPECT_EQ(stream.dtmf_send, 98);
  EXPECT_EQ(stream.remote_rtp.ToString(), "192.0.2.9:4000");
  EXPECT_EQ(stream.remote_rtcp.port(), 4001);
  EXPECT_EQ(stream.ptime, Duration::Millis(40));
  EXPECT_TRUE(stream.we_send && stream.we_receive);
}

TEST_F(AudioNegotiationTest, KnowsEveryCodec) {
  const std::pair<std::string_view, AudioFormat> cases[] = {
      {"m=audio 4 RTP/AVP 0\n", {AudioCodec::kPcmu, 0}},
      {"m=audio 4 RTP/AVP 9\n", {AudioCodec::kG722, 9}},
      {"m=audio 4 RTP/AVP 99\na=rtpmap:99 g722/8000\n", {AudioCodec::kG722, 99}},
      {"m=audio 4 RTP/AVP 96\na=rtpmap:96 OPUS/48000/2\n", {AudioCodec::kOpus, 96}},
  };
  for (const auto& [media, format] : cases) {
    AudioNegotiation negotiation = Make();
    Answer(negotiation, media);
    ASSERT_TRUE(negotiation.stream().has_value());
    EXPECT_EQ(negotiation.stream()->send, format) << media;
  }
}

TEST_F(AudioNegotiationTest, DeclinesOtherMediaInTheirPlaces) {
  AudioNegotiation negotiation = Make();
  const SdpSession answer = Answer(negotiation,
                                   "m=video 5000 RTP/AVP 31\nm=audio 4000 RTP/AVP 0\n"
                                   "m=audio 4010 RTP/AVP 0\nm=image 6000 udptl t38\n");
  ASSERT_EQ(answer.media.size(), 4u);
  EXPECT_EQ(answer.media[0].port, 0);
  EXPECT_EQ(answer.media[1].port, 20'000);
  EXPECT_EQ(answer.media[2].port, 0);
  EXPECT_EQ(answer.media[3].port, 0);
  EXPECT_EQ(answer.media[3].protocol, "udptl");
}

TEST_F(AudioNegotiationTest, WhatIsWrongWithADeclinedStreamHarmsNobody) {
  AudioNegotiation negotiation = Make();
  Answer(negotiation,
         "m=video 5000 RTP/AVP 31\na=rtpmap:31 LPC\nm=audio 4000 RTP/AVP 0\na=ptime:10\n");
  EXPECT_EQ(negotiation.stream()->ptime.ms(), 10);
}

TEST_F(AudioNegotiationTest, RefusesWithTheReason) {
  AudioOptions strict = Options();
  strict.require_srtp = true;
  const std::tuple<std::string, AudioOptions, int, int> cases[] = {
      {Offer("m=audio 4000 RTP/AVP 18\n"), Options(), 488, 305},
      {Offer("m=audio 4000 RTP/AVP 96\na=rtpmap:96 speex/8000\n"), Options(), 488, 305},
      {Offer("m=video 4000 RTP/AVP 31\n"), Options(), 488, 304},
      {Offer("m=audio 0 RTP/AVP 0\n"), Options(), 488, 304},
      {Offer(""), Options(), 488, 304},
      {Offer("m=audio 4000 RTP/AVP 0\nc=IN IP4 phone.example.com\n"), Options(), 488, 304},
      {Offer("m=audio 4000 RTP/AVP 0\n"), strict, 488, 302},
      {Offer("m=audio 4000 RTP/SAVP 0\n"), Options(), 488, 302},
      {Offer("m=audio 4000 UDP/TLS/RTP/SAVPF 0\na=fingerprint:sha-256 AA\n"), Options(), 488, 302},
      {"v=0", Options(), 400, 399},
  };
  for (const auto& [offer, options, status, warning] : cases) {
    const auto refusal = AudioNegotiation::Judge(offer, options);
    ASSERT_TRUE(refusal.has_value()) << offer;
    EXPECT_EQ(refusal->status, status) << offer;
    EXPECT_EQ(refusal->warning, warning) << offer;
    AudioNegotiation negotiation = Make(options);
    EXPECT_FALSE(negotiation.TakeOffer(offer).has_value());
    EXPECT_FALSE(negotiation.stream().has_value());
  }
}

TEST_F(AudioNegotiationTest, TwoOfUsAgreeWithEachSecurity) {
  for (MediaSecurity security :
       {MediaSecurity::kNone, MediaSecurity::kSdes, MediaSecurity::kDtls}) {
    AudioOptions options = Options();
    options.offer = security;
    options.fingerprint = Fingerprint(1);
    AudioNegotiation caller = Make(options);
    options.rtp = SocketAddress::V4({198, 51, 100, 2}, 30'000);
    options.fingerprint = Fingerprint(2);
    AudioNegotiation callee = Make(options);
    const auto answer = callee.TakeOffer(caller.MakeOffer());
    ASSERT_TRUE(answer.has_value()) << answer.error().text;
    const auto refusal = caller.TakeAnswer(*answer);
    ASSERT_FALSE(refusal.has_value()) << refusal->text;
    const AudioStream& out = *caller.stream();
    const AudioStream& in = *callee.stream();
    EXPECT_EQ(out.send.codec, AudioCodec::kOpus);
    EXPECT_EQ(out.send, in.send);
    EXPECT_EQ(out.dtmf_send, in.dtmf_receive);
    EXPECT_TRUE(out.rtcp_mux && in.rtcp_mux);
    EXPECT_EQ(out.remote_rtp, SocketAddress::V4({198, 51, 100, 2}, 30'000));
    EXPECT_EQ(in.remote_rtp, SocketAddress::V4({198, 51, 100, 1}, 20'000));
    EXPECT_EQ(out.security, security);
    EXPECT_EQ(in.security, security);
    EXPECT_EQ(out.local_key.key, in.remote_key.key);
    EXPECT_EQ(out.remote_key.key, in.local_key.key);
    if (security == MediaSecurity::kDtls) {
      EXPECT_EQ(out.remote_fingerprints, std::vector{Fingerprint(2)});
      EXPECT_TRUE(out.dtls_client);
      EXPECT_FALSE(in.dtls_client);
    }
  }
}

TEST_F(AudioNegotiationTest, TakesTheFirstUsableCryptoLine) {
  AudioNegotiation negotiation = Make();
  const SdpSession answer = Answer(
      negotiation,
      "m=audio 4000 RTP/SAVP 0\n"
      "a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:xxxx\n"
      "a=crypto:4 AES_CM_128_HMAC_SHA1_80 inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20\n");
  EXPECT_EQ(negotiation.stream()->security, MediaSecurity::kSdes);
  ASSERT_FALSE(answer.media[0].others.empty());
  const auto crypto = std::ranges::find(answer.media[0].others, "crypto", &SdpAttribute::name);
  ASSERT_NE(crypto, answer.media[0].others.end());
  EXPECT_TRUE(crypto->value->starts_with("4 AES_CM_128_HMAC_SHA1_80 inline:"));
}

TEST_F(AudioNegotiationTest, HoldsAreReadInEveryForm) {
  const std::tuple<std::string_view, bool, bool, SdpDirection> cases[] = {
      {"a=sendrecv\n", true, true, SdpDirection::kSendRecv},
      {"a=sendonly\n", false, true, SdpDirection::kRecvOnly},
      {"a=recvonly\n", true, false, SdpDirection::kSendOnly},
      {"a=inactive\n", false, false, SdpDirection::kInactive},
      {"c=IN IP4 0.0.0.0\n", false, true, SdpDirection::kSendRecv},
  };
  for (const auto& [line, sends, receives, direction] : cases) {
    AudioNegotiation negotiation = Make();
    const SdpSession answer = Answer(negotiation, "m=audio 4000 RTP/AVP 0\n" + std::string(line));
    EXPECT_EQ(negotiation.stream()->we_send, sends) << line;
    EXPECT_EQ(negotiation.stream()->we_receive, receives) << line;
    EXPECT_EQ(answer.media[0].direction, direction) << line;
  }
}

TEST_F(AudioNegotiationTest, OurHoldIsSendonlyAndRaisesTheVersion) {
  AudioNegotiation negotiation = Make();
  const SdpSession first = Answer(negotiation, "m=video 9 RTP/AVP 31\nm=audio 4000 RTP/AVP 0 8\n");
  const SdpSession same = ParseSdp(negotiation.MakeOffer()).value();
  EXPECT_EQ(same.origin, first.origin) << "nothing changed";
  negotiation.Hold(true);
  const SdpSession hold = ParseSdp(negotiation.MakeOffer()).value();
  EXPECT_EQ(hold.origin.session_id, first.origin.session_id);
  EXPECT_EQ(hold.origin.session_version, first.origin.session_version + 1);
  ASSERT_EQ(hold.media.size(), 2u);
  EXPECT_EQ(hold.media[0].port, 0);
  EXPECT_EQ(hold.media[1].direction, SdpDirection::kSendOnly);
  EXPECT_EQ(hold.media[1].payload_types, std::vector<uint8_t>{0});
  EXPECT_FALSE(
      negotiation.TakeAnswer(Offer("m=video 0 RTP/AVP 31\nm=audio 4000 RTP/AVP 0\na=recvonly\n")));
  EXPECT_TRUE(negotiation.stream()->we_send);
  EXPECT_FALSE(negotiation.stream()->we_receive);
}

TEST_F(AudioNegotiationTest, TheFarAddressMayMoveAndAFailedOfferChangesNothing) {
  AudioNegotiation negotiation = Make();
  Answer(negotiation, "m=audio 4000 RTP/AVP 0\n");
  Answer(negotiation, "m=audio 4444 RTP/AVP 0\nc=IN IP4 192.0.2.77\n");
  EXPECT_EQ(negotiation.stream()->remote_rtp.ToString(), "192.0.2.77:4444");
  EXPECT_FALSE(negotiation.TakeOffer(Offer("m=audio 1 RTP/AVP 18\n")).has_value());
  EXPECT_EQ(negotiation.stream()->remote_rtp.ToString(), "192.0.2.77:4444");
}

TEST_F(AudioNegotiationTest, AnAnswerThatDoesNotFitIsRefused) {
  for (const char* media :
       {"", "m=audio 0 RTP/AVP 0\n", "m=audio 4 RTP/AVP 18\n", "m=audio 4 RTP/SAVP 0\n",
        "m=audio 4 RTP/AVP 0\nm=audio 4 RTP/AVP 0\n"}) {
    AudioNegotiation negotiation = Make();
    negotiation.MakeOffer();
    EXPECT_TRUE(negotiation.TakeAnswer(Offer(media)).has_value()) << media;
    EXPECT_FALSE(negotiation.stream().has_value());
  }
}

TEST_F(AudioNegotiationTest, PtimeStaysWithinWhatIsMade) {
  const std::pair<std::string_view, int64_t> cases[] = {
      {"a=ptime:10\n", 10}, {"a=ptime:60\n", 60}, {"a=ptime:70\n", 20},
      {"a=ptime:25\n", 20}, {"a=ptime:x\n", 20},  {"a=ptime:60\na=maxptime:40\n", 40}};
  for (const auto& [line, ms] : cases) {
    AudioNegotiation negotiation = Make();
    Answer(negotiation, "m=audio 4000 RTP/AVP 0\n" + std::string(line));
    EXPECT_EQ(negotiation.stream()->ptime.ms(), ms) << line;
  }
}

}  // namespace
}  // namespace parley::sip
