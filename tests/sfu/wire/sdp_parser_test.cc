#include "sfu/wire/sdp_parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "sfu/wire/sdp_writer.h"
#include "tests/sfu/wire/sdp_test_util.h"
#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

// Four lines of a session, then `media`.
std::string Sdp(const std::string& media) {
  return "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n" + media;
}

SdpMedia ParseMedia(const std::string& attributes) {
  auto session = ParseSdp(Sdp("m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n" + attributes));
  EXPECT_TRUE(session) << session.error().message;
  return session ? session->media.at(0) : SdpMedia();
}

void ExpectWritesTheSame(std::string_view text) {
  auto session = ParseSdp(text);
  ASSERT_TRUE(session) << session.error().message;
  std::string written = WriteSdp(*session);
  auto again = ParseSdp(written);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *session);
  EXPECT_EQ(WriteSdp(*again), written);
}

TEST(SdpParser, ReadsTheSessionPart) {
  auto session = ParseSdp(
      "v=0\r\no=mozilla 5282 7 IN IP6 ::1\r\ns=a name\r\nc=IN IP4 0.0.0.0\r\nb=AS:500\r\nt=0 0\r\n"
      "a=group:BUNDLE 0 one\r\na=group:LS 0 one\r\na=ice-lite\r\na=ice-ufrag:abcd\r\n"
      "a=ice-pwd:0123456789012345678901\r\na=ice-options:trickle ice2\r\n"
      "a=fingerprint:SHA-256 0a:FF\r\na=setup:actpass\r\na=extmap-allow-mixed\r\na=sendonly\r\n"
      "a=msid-semantic: WMS *\r\na=odd\r\n");
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_EQ(session->origin, (SdpOrigin{"mozilla", "5282", 7, "IN", "IP6", "::1"}));
  EXPECT_EQ(session->name, "a name");
  ASSERT_THAT(session->groups, SizeIs(2));
  EXPECT_EQ(session->FindGroup("LS"), &session->groups[1]);
  EXPECT_THAT(session->groups[0].mids, ElementsAre("0", "one"));
  EXPECT_TRUE(session->ice_lite);
  EXPECT_EQ(session->transport.ice_ufrag, "abcd");
  EXPECT_EQ(session->transport.ice_pwd, "0123456789012345678901");
  EXPECT_THAT(session->transport.ice_options, ElementsAre("trickle", "ice2"));
  EXPECT_THAT(session->transport.fingerprints,
              ElementsAre(SdpFingerprint{"sha-256", {0x0a, 0xff}}));
  EXPECT_EQ(session->transport.setup, SdpSetup::kActpass);
  EXPECT_TRUE(session->extmap_allow_mixed);
  EXPECT_EQ(session->direction, SdpDirection::kSendOnly);
  EXPECT_THAT(session->others, ElementsAre(SdpAttribute{"msid-semantic", " WMS *"},
                                           SdpAttribute{"odd", std::nullopt}));
  EXPECT_THAT(session->bandwidths, ElementsAre("AS:500"));
}

TEST(SdpParser, ReadsAnMLine) {
  SdpMedia media = ParseMedia(
      "c=IN IP4 192.0.2.1\r\na=mid:v1\r\na=recvonly\r\na=rtcp-mux\r\na=rtcp-rsize\r\n"
      "a=rtpmap:96 VP8/90000\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
      "a=rtcp-fb:96 nack pli\r\na=rtcp-fb:* transport-cc\r\n"
      "a=extmap:3/sendonly urn:x:y some words\r\na=ssrc:11 cname:a b\r\na=ssrc:12 odd\r\n"
      "a=ssrc-group:FID 11 12\r\na=msid:stream track\r\na=bundle-only\r\n"
      "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\na=end-of-candidates\r\na=rtcp:9\r\n");
  EXPECT_EQ(media.type, "video");
  EXPECT_EQ(media.port, 9);
  EXPECT_EQ(media.protocol, "UDP/TLS/RTP/SAVPF");
  EXPECT_THAT(media.payload_types, ElementsAre(96, 97));
  EXPECT_EQ(media.connection->address, "192.0.2.1");
  EXPECT_EQ(media.mid, "v1");
  EXPECT_EQ(media.direction, SdpDirection::kRecvOnly);
  EXPECT_TRUE(media.rtcp_mux && media.rtcp_rsize && media.bundle_only && media.end_of_candidates);
  EXPECT_FALSE(media.rtcp_mux_only);
  ASSERT_TRUE(media.FindRtpMap(97));
  EXPECT_EQ(*media.FindRtpMap(97), (SdpRtpMap{97, "rtx", 90000, 1}));
  EXPECT_EQ(media.FindRtpMap(98), nullptr);
  EXPECT_EQ(media.FindFmtp(97), "apt=96");
  EXPECT_TRUE(media.HasFeedback(96, "nack", "pli"));
  EXPECT_FALSE(media.HasFeedback(97, "nack", "pli"));
  EXPECT_FALSE(media.HasFeedback(96, "nack", ""));
  EXPECT_TRUE(media.HasFeedback(97, "transport-cc", ""));
  EXPECT_THAT(media.extmaps,
              ElementsAre(SdpExtmap{3, SdpDirection::kSendOnly, "urn:x:y", "some words"}));
  EXPECT_THAT(media.ssrcs,
              ElementsAre(SdpSsrc{11, "cname", "a b"}, SdpSsrc{12, "odd", std::nullopt}));
  EXPECT_THAT(media.ssrc_groups, ElementsAre(SdpSsrcGroup{"FID", {11, 12}}));
  EXPECT_THAT(media.msids, ElementsAre(SdpMsid{"stream", "track"}));
  EXPECT_THAT(media.candidates, ElementsAre("1 1 udp 1 192.0.2.1 9 typ host"));
  EXPECT_THAT(media.others, ElementsAre(SdpAttribute{"rtcp", "9"}));
}

TEST(SdpParser, ReadsSimulcastWithAlternativesAndPausedStreams) {
  SdpMedia media = ParseMedia(
      "a=rid:1 send pt=96,97;max-width=640;max-fps=15\r\na=rid:2 send\r\na=rid:h_i-3 recv "
      "max-br=1\r\na=simulcast:send 1,~2;3 recv ~4\r\n");
  EXPECT_THAT(media.rids,
              ElementsAre(SdpRid{"1", true, {96, 97}, "max-width=640;max-fps=15"},
                          SdpRid{"2", true, {}, ""}, SdpRid{"h_i-3", false, {}, "max-br=1"}));
  ASSERT_TRUE(media.simulcast);
  EXPECT_THAT(media.simulcast->send, ElementsAre(SdpSimulcastStream{{"1", false}, {"2", true}},
                                                 SdpSimulcastStream{{"3", false}}));
  EXPECT_THAT(media.simulcast->recv, ElementsAre(SdpSimulcastStream{{"4", true}}));
}

TEST(SdpParser, KeepsTheFormatsOfADataChannel) {
  auto session = ParseSdp(Sdp("m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:d\r\n"));
  ASSERT_TRUE(session) << session.error().message;
  EXPECT_THAT(session->media[0].formats, ElementsAre("webrtc-datachannel"));
  EXPECT_THAT(session->media[0].payload_types, SizeIs(0));
}

TEST(SdpParser, TakesBareLineFeedsAndBlankLinesAtTheEnd) {
  EXPECT_TRUE(ParseSdp("v=0\no=- 1 2 IN IP4 x\ns=\nt=0 0\nm=audio 9 RTP/AVP 0\n\n\r\n"));
  EXPECT_TRUE(ParseSdp("v=0\no=- 1 2 IN IP4 x\ns=\nt=0 0\nm=audio 9 RTP/AVP 0"));
}

TEST(SdpParser, TakesTheSessionsTransportWhereAnMLineHasNone) {
  auto session = ParseSdp(
      "v=0\r\no=- 1 2 IN IP4 x\r\ns=-\r\nt=0 0\r\na=ice-ufrag:sess\r\n"
      "a=ice-pwd:sssssssssssssssssssssss\r\na=setup:active\r\na=recvonly\r\n"
      "m=audio 9 RTP/AVP 0\r\na=setup:passive\r\n"
      "m=audio 9 RTP/AVP 0\r\na=ice-ufrag:line\r\na=sendonly\r\n");
  ASSERT_TRUE(session) << session.error().message;
  SdpTransport first = session->TransportOf(session->media[0]);
  EXPECT_EQ(first.ice_ufrag, "sess");
  EXPECT_EQ(first.setup, SdpSetup::kPassive);
  SdpTransport second = session->TransportOf(session->media[1]);
  EXPECT_EQ(second.ice_ufrag, "line");
  EXPECT_EQ(second.ice_pwd, "");  // never the password of another pair
  EXPECT_EQ(second.setup, SdpSetup::kActive);
  EXPECT_EQ(session->DirectionOf(session->media[0]), SdpDirection::kRecvOnly);
  EXPECT_EQ(session->DirectionOf(session->media[1]), SdpDirection::kSendOnly);
}

struct Wrong {
  std::string text;
  int line;
  std::string says;
};

class SdpParserRefuses : public ::testing::TestWithParam<Wrong> {};

TEST_P(SdpParserRefuses, WithTheLineAndTheReason) {
  auto session = ParseSdp(GetParam().text);
  ASSERT_FALSE(session) << GetParam().text;
  EXPECT_EQ(session.error().line, GetParam().line) << session.error().message;
  EXPECT_THAT(session.error().message, HasSubstr(GetParam().says));
  if (GetParam().line > 0) {
    EXPECT_THAT(session.error().message,
                HasSubstr("Line " + std::to_string(GetParam().line) + ":"));
  }
}

std::string Video(const std::string& line) {
  return Sdp("m=video 9 UDP/TLS/RTP/SAVPF 96\r\n" + line + "\r\n");
}

INSTANTIATE_TEST_SUITE_P(
    Structure, SdpParserRefuses,
    ::testing::Values(Wrong{"", 0, "too early"}, Wrong{"v=0\r\n", 0, "too early"},
                      Wrong{"v=1\r\no=- 1 2 IN IP4 x\r\ns=-\r\nt=0 0\r\n", 1, "version must be 0"},
                      Wrong{"o=- 1 2 IN IP4 x\r\nv=0\r\ns=-\r\nt=0 0\r\n", 1, "must be v="},
                      Wrong{"v=0\r\ns=-\r\no=- 1 2 IN IP4 x\r\nt=0 0\r\n", 2, "must be o="},
                      Wrong{"v=0\r\no=- one 2x IN IP4 x\r\ns=-\r\nt=0 0\r\n", 2, "o= needs"},
                      Wrong{"v=0\r\no=- 1 2 IN IP4 x\r\ns=-\r\n", 0, "no t="},
                      Wrong{Sdp("q=1\r\n"), 5, "no such line"},
                      Wrong{Sdp("nonsense\r\n"), 5, "must be a letter"},
                      Wrong{Sdp("\r\na=x\r\n"), 5, "must be a letter"},
                      Wrong{Sdp("a=x\ry\r\n"), 5, "control characters"},
                      Wrong{Sdp(std::string("a=x\0y\r\n", 7)), 5, "control characters"},
                      Wrong{Sdp("a=:value\r\n"), 5, "needs a name"},
                      Wrong{Sdp("a=" + std::string(5000, 'x') + "\r\n"), 5, "too long"},
                      Wrong{Sdp("m=video\r\n"), 5, "m= needs"},
                      Wrong{Sdp("m=video 70000 RTP/AVP 0\r\n"), 5, "port"},
                      Wrong{Sdp("m=video 9 RTP/AVP\r\n"), 5, "no formats"},
                      Wrong{Sdp("m=video 9 RTP/AVP 128\r\n"), 5, "0 to 127"},
                      Wrong{Sdp("m=video 9 RTP/AVP 96 96\r\n"), 5, "different payload types"},
                      Wrong{Video("t=0 0"), 6, "may not follow m="},
                      Wrong{Video("c=IN IP4"), 6, "c= needs"}));

INSTANTIATE_TEST_SUITE_P(
    Attributes, SdpParserRefuses,
    ::testing::Values(
        Wrong{Video("a=rtpmap:96 VP8"), 6, "a=rtpmap needs a payload type"},
        Wrong{Video("a=rtpmap:96 VP8/0"), 6, "a=rtpmap"},
        Wrong{Video("a=rtpmap:128 VP8/90000"), 6, "a=rtpmap"},
        Wrong{Video("a=rtpmap:96 VP8/90000\r\na=rtpmap:96 VP9/90000"), 7, "a second time"},
        Wrong{Video("a=fmtp:x y"), 6, "a=fmtp"}, Wrong{Video("a=rtcp-fb:96"), 6, "a=rtcp-fb"},
        Wrong{Video("a=extmap:0 urn:x"), 6, "a=extmap"}, Wrong{Video("a=extmap:1"), 6, "a=extmap"},
        Wrong{Video("a=extmap:1/sideways urn:x"), 6, "direction"},
        Wrong{Video("a=mid:"), 6, "a=mid"}, Wrong{Video("a=mid:1\r\na=mid:2"), 7, "stands twice"},
        Wrong{Video("a=sendonly\r\na=recvonly"), 7, "stands twice"},
        Wrong{Video("a=setup:upwards"), 6, "actpass"},
        Wrong{Video("a=ice-ufrag:abc"), 6, "4 to 256"},
        Wrong{Video("a=ice-ufrag:ab:cd"), 6, "colons"},
        Wrong{Video("a=ice-pwd:" + std::string(21, 'x')), 6, "22 to 256"},
        Wrong{Video("a=ice-pwd:" + std::string(257, 'x')), 6, "22 to 256"},
        Wrong{Video("a=fingerprint:sha-256 0G"), 6, "hex"},
        Wrong{Video("a=fingerprint:sha-256 00:1"), 6, "hex"},
        Wrong{Video("a=fingerprint:sha-256"), 6, "hex"}, Wrong{Video("a=rid:q sends"), 6, "a=rid"},
        Wrong{Video("a=rid:q/ send"), 6, "a=rid"}, Wrong{Video("a=rid:q send pt=x"), 6, "pt="},
        Wrong{Video("a=rid:q send\r\na=rid:q send"), 7, "second time"},
        Wrong{Video("a=simulcast:"), 6, "a=simulcast"},
        Wrong{Video("a=simulcast:send q;;f"), 6, "RID"},
        Wrong{Video("a=simulcast:send q send h"), 6, "at most once"},
        Wrong{Video("a=simulcast:both q"), 6, "a=simulcast"}, Wrong{Video("a=ssrc:1"), 6, "a=ssrc"},
        Wrong{Video("a=ssrc:4294967296 cname:x"), 6, "32-bit"},
        Wrong{Video("a=ssrc-group:FID 1 -2"), 6, "32-bit"}, Wrong{Video("a=msid:"), 6, "a=msid"},
        Wrong{Sdp("a=group:\r\n"), 5, "a=group"}));

TEST(SdpParser, QuotesOnlyAsciiOfAWrongLine) {
  auto session = ParseSdp(Sdp("a=mid:\xff\xfe\r\nx\xc3\xa9\r\n"));
  ASSERT_FALSE(session);
  for (char c : session.error().message)
    EXPECT_TRUE(c >= ' ' && c <= '~') << session.error().message;
}

TEST(SdpParser, HoldsItsLimits) {
  std::string media_lines;
  for (size_t i = 0; i < kMaxSdpMedia; ++i) media_lines += "m=audio 9 RTP/AVP 0\r\n";
  EXPECT_TRUE(ParseSdp(Sdp(media_lines)));
  EXPECT_FALSE(ParseSdp(Sdp(media_lines + "m=audio 9 RTP/AVP 0\r\n")));

  std::string types;
  for (size_t i = 0; i < kMaxSdpPayloadTypes; ++i) types += " " + std::to_string(i);
  EXPECT_TRUE(ParseSdp(Sdp("m=audio 9 RTP/AVP" + types + "\r\n")));
  EXPECT_FALSE(ParseSdp(Sdp("m=audio 9 RTP/AVP" + types + " 100\r\n")));

  std::string attributes = "m=audio 9 RTP/AVP 0\r\n";
  for (size_t i = 0; i < kMaxSdpAttributes; ++i) attributes += "a=x\r\n";
  EXPECT_TRUE(ParseSdp(Sdp(attributes + attributes)));
  EXPECT_FALSE(ParseSdp(Sdp(attributes + "a=x\r\n")));

  std::string large = Sdp("");
  while (large.size() < kMaxSdpBytes) large += "a=" + std::string(1000, 'x') + "\r\n";
  auto session = ParseSdp(large);
  ASSERT_FALSE(session);
  EXPECT_THAT(session.error().message, HasSubstr("larger than 64 KiB"));
}

TEST(SdpParser, RealOffersAreReadAndWrittenTheSame) {
  for (std::string_view name : kOfferFiles) {
    SCOPED_TRACE(name);
    std::string text = ReadOffer(name);
    ASSERT_FALSE(text.empty());
    ExpectWritesTheSame(text);
  }
}

TEST(SdpParser, NoLineOfARealOfferIsLost) {
  for (std::string_view name : kOfferFiles) {
    SCOPED_TRACE(name);
    std::string text = ReadOffer(name);
    std::string written = WriteSdp(*ParseSdp(text));
    for (size_t at = 0; at < text.size();) {
      size_t end = std::min(text.find("\r\n", at), text.size());
      std::string line = text.substr(at, end - at);
      at = end + 2;
      if (line.ends_with(" G722/8000/1")) line.resize(line.size() - 2);  // one channel goes unsaid
      EXPECT_TRUE(written.contains(line)) << line;
    }
  }
}

TEST(SdpParser, EveryTruncationIsReadOrRefused) {
  for (std::string_view name : {"gstreamer-whip", "obs-whip"}) {
    std::string text = ReadOffer(name);
    for (size_t size = 0; size < text.size(); ++size) {
      std::vector<char> prefix(text.begin(), text.begin() + static_cast<ptrdiff_t>(size));
      prefix.shrink_to_fit();
      auto session = ParseSdp({prefix.data(), prefix.size()});
      if (session) {
        EXPECT_EQ(ParseSdp(WriteSdp(*session)), *session) << size;
      } else {
        EXPECT_FALSE(session.error().message.empty());
      }
    }
  }
}

TEST(SdpParser, WhatOthersWroteIsReadOrRefused) {
  int read = 0;
  std::vector<CorpusFile> files = ReadCorpus("sdp");
  if (files.empty()) GTEST_SKIP() << "no corpora here";
  for (const CorpusFile& file : files) {
    SCOPED_TRACE(file.name);
    std::string_view text(reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size());
    auto session = ParseSdp(text);
    if (!session) {
      EXPECT_FALSE(session.error().message.empty());
      continue;
    }
    ++read;
    ExpectWritesTheSame(text);
  }
  EXPECT_GE(read, 50);
}

}  // namespace
}  // namespace parley
