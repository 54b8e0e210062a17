#include "signaling/session/encoding_order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/signaling/session/meeting.h"

namespace parley::test {
namespace {

using testing::ElementsAre;

// RIDs with their restrictions, in the order of a=simulcast; back they come lowest first.
std::vector<std::string> Ordered(const std::vector<std::pair<std::string, std::string>>& offered,
                                 SimulcastOrder order) {
  SdpMedia media;
  std::vector<EncodingParams> encodings;
  for (const auto& [rid, restrictions] : offered) {
    media.rids.push_back({rid, /*send=*/true, {}, restrictions});
    encodings.push_back({*Rid::From(rid), std::nullopt, std::nullopt});
  }
  OrderEncodings(media, order, encodings);
  std::vector<std::string> names;
  names.reserve(encodings.size());
  for (const EncodingParams& encoding : encodings) names.emplace_back(encoding.rid.view());
  return names;
}

constexpr SimulcastOrder kLow = SimulcastOrder::kLowestFirst;
constexpr SimulcastOrder kHigh = SimulcastOrder::kHighestFirst;

TEST(EncodingOrderTest, WithoutRestrictionsTheListedOrderCounts) {
  EXPECT_THAT(Ordered({{"q", ""}, {"h", ""}, {"f", ""}}, kLow), ElementsAre("q", "h", "f"));
  EXPECT_THAT(Ordered({{"0", ""}, {"1", ""}, {"2", ""}}, kHigh), ElementsAre("2", "1", "0"));
}

TEST(EncodingOrderTest, RestrictionsCountMoreThanTheListedOrder) {
  for (const SimulcastOrder order : {kLow, kHigh}) {
    EXPECT_THAT(Ordered({{"b", "max-width=640;max-height=360"},
                         {"c", "max-width=1280;max-height=720"},
                         {"a", "max-width=320;max-height=180"}},
                        order),
                ElementsAre("a", "b", "c"));
    EXPECT_THAT(
        Ordered({{"c", "max-width=1920"}, {"a", "max-width=320"}, {"b", "max-width=960"}}, order),
        ElementsAre("a", "b", "c"));
    EXPECT_THAT(
        Ordered({{"c", "max-br=2500000"}, {"a", "max-br=150000"}, {"b", "max-br=500000"}}, order),
        ElementsAre("a", "b", "c"));
    EXPECT_THAT(Ordered({{"b", "max-fps=29.97"}, {"a", "max-fps=15"}}, order),
                ElementsAre("a", "b"));
  }
}

TEST(EncodingOrderTest, SizeCountsMoreThanRateAndRateMoreThanFrames) {
  EXPECT_THAT(
      Ordered({{"b", "max-height=720;max-br=300000"}, {"a", "max-height=360;max-br=900000"}},
              kHigh),
      ElementsAre("a", "b"));
  EXPECT_THAT(Ordered({{"b", "max-height=720;max-br=900000;max-fps=15"},
                       {"a", "max-height=720;max-br=300000;max-fps=30"}},
                      kLow),
              ElementsAre("a", "b"));
}

TEST(EncodingOrderTest, NoRestrictionMeansUnlimited) {
  for (const SimulcastOrder order : {kLow, kHigh}) {
    EXPECT_THAT(Ordered({{"c", ""}, {"a", "max-height=180"}, {"b", "max-height=360"}}, order),
                ElementsAre("a", "b", "c"));
  }
}

TEST(EncodingOrderTest, WhatIsUnknownOrNoNumberSaysNothing) {
  EXPECT_THAT(Ordered({{"a", "depend=b; max-pps"}, {"b", "max-height=;max-fs=1"}}, kLow),
              ElementsAre("a", "b"));
  EXPECT_THAT(Ordered({{"b", " max-height = 720 ;"}, {"a", ";;max-height=99"}}, kLow),
              ElementsAre("a", "b"));
}

TEST(EncodingOrderTest, StreamsBySsrcStayAsTheyAre) {
  std::vector<EncodingParams> encodings = {{Rid(), Ssrc(1), std::nullopt},
                                           {Rid(), Ssrc(2), std::nullopt}};
  const auto before = encodings;
  OrderEncodings(SdpMedia(), kHigh, encodings);
  EXPECT_EQ(encodings, before);
}

// What the worker is told when a publisher offers "0;1;2" over WHIP, the best first.
TEST(EncodingOrderTest, WhipOffersListTheBestEncodingFirst) {
  Meeting meeting;
  const auto layers = [&](const std::string& lines) {
    const auto created =
        meeting.whip->Create(ParticipantKind::kWhip, meeting.room_name, "panelist",
                             MakeOffer({.audio_slots = 0, .video_slots = 0}) + lines,
                             *SocketAddress::Parse("203.0.113.5", 1), meeting.now());
    EXPECT_TRUE(created) << created.error().message;
    std::vector<std::string> names;
    const TransportParams params = meeting.media->SentOf<CreateTransport>().back().second.params;
    for (const EncodingParams& encoding : params.producers.back().encodings) {
      names.emplace_back(encoding.rid.view());
    }
    // The answer keeps the offer's order: RFC 8853 lets it only pause or leave out.
    EXPECT_TRUE(created && created->answer.find("a=simulcast:recv 0;1;2") != std::string::npos);
    return names;
  };
  EXPECT_THAT(layers("a=rid:0 send\r\na=rid:1 send\r\na=rid:2 send\r\na=simulcast:send 0;1;2\r\n"),
              ElementsAre("2", "1", "0"));
  EXPECT_THAT(layers("a=rid:0 send max-height=180\r\na=rid:1 send max-height=360\r\n"
                     "a=rid:2 send max-height=720\r\na=simulcast:send 0;1;2\r\n"),
              ElementsAre("0", "1", "2"));
}

}  // namespace
}  // namespace parley::test
