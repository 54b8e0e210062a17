#include "signaling/phone/trunk_board.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

using State = TrunkStanding::State;

constexpr Now At(int64_t seconds) {
  return {Timestamp::Seconds(1000 + seconds), WallTime::UnixMicros((5000 + seconds) * 1'000'000)};
}

class TrunkBoardTest : public testing::Test {
 protected:
  const TrunkStanding& account() const { return board_.standings()[1]; }

  TrunkBoard board_{{{.name = "192.0.2.1", .registers = false}, {.name = "sip.example.org"}},
                    At(0).wall};
};

TEST_F(TrunkBoardTest, NothingIsKnownAtFirst) {
  ASSERT_EQ(board_.standings().size(), 2u);
  EXPECT_EQ(board_.standings()[0].name, "192.0.2.1");
  EXPECT_EQ(board_.standings()[0].state, State::kUnwatched);
  EXPECT_EQ(account().name, "sip.example.org");
  EXPECT_EQ(account().state, State::kConnecting);
  EXPECT_EQ(account().since, At(0).wall);
}

TEST_F(TrunkBoardTest, WhatIsDownSaysWhySinceWhenAndWhenItIsTriedAgain) {
  board_.Handle({.trunk = 1,
                 .registered = false,
                 .fault = TrunkFault::kRefused,
                 .status = 403,
                 .next_try = At(40).steady},
                At(10));
  EXPECT_EQ(account().state, State::kDown);
  EXPECT_EQ(account().reason, "refused");
  EXPECT_EQ(account().status, 403);
  EXPECT_EQ(account().since, At(10).wall);
  EXPECT_EQ(account().next_try, At(40).wall);

  board_.Handle({.trunk = 1, .fault = TrunkFault::kRefused, .status = 403, .next_try = {}}, At(40));
  EXPECT_EQ(account().since, At(10).wall) << "it was down all the time";
  EXPECT_FALSE(account().next_try.has_value()) << "it is being tried";

  board_.Handle({.trunk = 1, .registered = true, .status = 200, .next_try = {}}, At(41));
  EXPECT_EQ(account().state, State::kRegistered);
  EXPECT_EQ(account().since, At(41).wall);
  EXPECT_EQ(account().reason, "");
  EXPECT_EQ(account().status, 0);
}

TEST_F(TrunkBoardTest, EveryReasonHasAWord) {
  const std::pair<TrunkFault, std::string_view> words[] = {
      {TrunkFault::kUnknownName, "unknown_name"},
      {TrunkFault::kNoAnswer, "no_answer"},
      {TrunkFault::kRefused, "refused"},
      {TrunkFault::kFailed, "failed"}};
  for (const auto& [fault, word] : words) {
    board_.Handle({.trunk = 1, .fault = fault, .next_try = {}}, At(1));
    EXPECT_EQ(account().reason, word);
  }
}

TEST_F(TrunkBoardTest, AnAddressStaysUnwatchedAndAnUnknownTrunkIsNothing) {
  board_.Handle({.trunk = 0, .fault = TrunkFault::kNoAnswer, .next_try = {}}, At(1));
  EXPECT_EQ(board_.standings()[0].state, State::kUnwatched);
  board_.Handle({.trunk = 2, .registered = true, .next_try = {}}, At(1));
  EXPECT_EQ(board_.standings().size(), 2u);
}

}  // namespace
}  // namespace parley
