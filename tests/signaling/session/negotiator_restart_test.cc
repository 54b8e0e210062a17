#include "signaling/session/negotiator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/wire/ice_candidate.h"
#include "sfu/wire/sdp_fragment.h"
#include "tests/signaling/session/negotiator_fixture.h"

namespace parley {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST_F(NegotiatorTest, RestartsIceAndChangesNothingElse) {
  for (std::string_view name : {"chromium-meeting", "firefox-meeting"}) {
    SCOPED_TRACE(name);
    Negotiated first = Answer(ReadOffer(name));
    auto again = negotiator_.Reoffer(ReadOffer(std::string(name) + "-restart"));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->restarted);
    EXPECT_NE(again->local_ice, first.params.local_ice);
    EXPECT_NE(again->remote_ice, first.params.remote_ice);
    // But for what the browser no longer offers, the text is that of the first answer.
    auto answer = ParseSdp(again->answer);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->transport.ice_ufrag, again->local_ice.ufrag);
    EXPECT_EQ(answer->origin.session_id, answer_.origin.session_id);
    EXPECT_EQ(answer->origin.session_version, 2u);
    ASSERT_EQ(answer->media.size(), answer_.media.size());
    answer->media[0].candidates = answer_.media[0].candidates;
    for (size_t i = 0; i < answer->media.size(); ++i) {
      EXPECT_EQ(answer->media[i], answer_.media[i]);
    }
  }
}

std::vector<uint32_t> PrioritiesOf(const std::vector<std::string>& candidates) {
  std::vector<uint32_t> priorities;
  for (const std::string& text : candidates) {
    const auto candidate = IceCandidate::Parse(text);
    priorities.push_back(candidate ? candidate->priority : 0);
  }
  return priorities;
}

// So that a browser goes over to the pair of its new address without doubting the old one first.
TEST_F(NegotiatorTest, CandidatesAreWantedMoreAfterEachRestart) {
  Answer(ReadOffer("chromium-meeting"));
  std::vector<uint32_t> before = PrioritiesOf(answer_.media[0].candidates);
  for (int restart = 0; restart < 60; ++restart) {
    const std::string name = restart % 2 == 0 ? "chromium-meeting-restart" : "chromium-meeting";
    const auto again = negotiator_.Reoffer(ReadOffer(name));
    ASSERT_TRUE(again && again->restarted);
    const auto now = PrioritiesOf(ParseSdp(again->answer)->media[0].candidates);
    ASSERT_THAT(now, SizeIs(3));
    if (restart < 44) {
      EXPECT_GT(std::ranges::min(now), std::ranges::max(before));
    } else {
      EXPECT_EQ(now, before);
    }
    EXPECT_LT(std::ranges::max(now), 90u << 24);  // the least of a client's own
    before = now;
  }
}

TEST_F(NegotiatorTest, AnOfferWithTheSameCredentialsRestartsNothing) {
  Negotiated first = Answer(ReadOffer("firefox-meeting"));
  auto again = negotiator_.Reoffer(ReadOffer("firefox-meeting"));
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->restarted);
  EXPECT_EQ(again->local_ice, first.params.local_ice);
}

TEST_F(NegotiatorTest, ALaterOfferMayNotChangeTheMedia) {
  EXPECT_THAT(negotiator_.Reoffer(SmallOffer()).error().message, HasSubstr("no peer connection"));
  Negotiated first = Answer(SmallOffer());
  auto refused = [&](const std::string& sdp) {
    auto again = negotiator_.Reoffer(sdp);
    return again ? std::string() : again.error().message;
  };
  const std::string offer = SmallOffer();
  EXPECT_THAT(refused(Replaced(offer, "a=sendonly", "a=inactive")), HasSubstr("fresh"));
  EXPECT_THAT(refused(Replaced(offer, "a=mid:c", "a=mid:d")), HasSubstr("BUNDLE"));
  EXPECT_THAT(refused(ReadOffer("obs-whip")), HasSubstr("fresh"));
  EXPECT_THAT(refused(SmallOffer("a=rid:a send\r\na=rid:b send\r\na=simulcast:send a;b\r\n")),
              HasSubstr("fresh"));
  EXPECT_THAT(refused(Replaced(offer, "AB:AB:AB", "AB:AB:AC")), HasSubstr("certificate"));
  EXPECT_THAT(refused(Replaced(offer, "actpass", "passive")), HasSubstr("a=setup"));
  EXPECT_THAT(refused(Replaced(offer, "pwd:peer", "pwd:rand")), HasSubstr("a=ice-ufrag"));
  EXPECT_THAT(refused("v=0\r\n"), HasSubstr("cannot be read"));
  // Nothing of it left a trace.
  auto again = negotiator_.Reoffer(offer);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->local_ice, first.params.local_ice);
}

TEST_F(NegotiatorTest, PatchesRestartIceOrAreIgnored) {
  EXPECT_FALSE(negotiator_.Patch("a=ice-ufrag:new1\r\n"));
  Negotiated first = Answer(ReadOffer("obs-whip"));
  auto ignored = negotiator_.Patch(
      "a=ice-ufrag:kT4z\r\na=ice-pwd:b7NqXeW2rYpLf0sJdUhVcA\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
      "a=candidate:1 1 UDP 1 192.0.2.10 52332 typ host\r\n");
  ASSERT_TRUE(ignored) << ignored.error().message;
  EXPECT_FALSE(ignored->restarted);
  EXPECT_EQ(ignored->answer, "");

  auto restarted = negotiator_.Patch("a=ice-ufrag:new1\r\na=ice-pwd:newnewnewnewnewnewnew1\r\n");
  ASSERT_TRUE(restarted) << restarted.error().message;
  EXPECT_TRUE(restarted->restarted);
  EXPECT_EQ(restarted->remote_ice, (IceParams{"new1", "newnewnewnewnewnewnew1"}));
  EXPECT_NE(restarted->local_ice, first.params.local_ice);
  auto fragment = ParseSdpFragment(restarted->answer);
  ASSERT_TRUE(fragment);
  EXPECT_TRUE(fragment->ice_lite);
  EXPECT_EQ(fragment->ice_ufrag, restarted->local_ice.ufrag);
  EXPECT_EQ(fragment->ice_pwd, restarted->local_ice.pwd);
  EXPECT_EQ(fragment->mid, "0");
  EXPECT_EQ(fragment->group, (SdpGroup{"BUNDLE", {"0", "1"}}));
  EXPECT_EQ(fragment->media_line, "audio 9 UDP/TLS/RTP/SAVPF 111");
  ASSERT_THAT(fragment->candidates, SizeIs(3));
  EXPECT_GT(std::ranges::min(PrioritiesOf(fragment->candidates)),
            std::ranges::max(PrioritiesOf(answer_.media[0].candidates)));

  // The new credentials hold now, for offers as well.
  auto offer = negotiator_.Reoffer(ReadOffer("obs-whip"));
  ASSERT_TRUE(offer);
  EXPECT_TRUE(offer->restarted);
}

TEST_F(NegotiatorTest, RefusesPatchesThatCannotBeRead) {
  Answer(ReadOffer("obs-whip"));
  EXPECT_THAT(negotiator_.Patch("a=ice-ufrag:new1\r\n").error().message, HasSubstr("a=ice-pwd"));
  EXPECT_THAT(negotiator_.Patch("nonsense").error().message, HasSubstr("Line 1"));
}

TEST_F(NegotiatorTest, AFreshOfferThatFailsLeavesTheOldPeerConnection) {
  Answer(SmallOffer());
  EXPECT_FALSE(Try("v=0\r\n"));
  EXPECT_TRUE(negotiator_.Reoffer(SmallOffer()));
}

}  // namespace
}  // namespace parley
