#include "mixer/sip/server_transaction.h"

#include <gtest/gtest.h>

namespace parley::sip {
namespace {

constexpr TransactionTimes kTimes;
constexpr Timestamp kStart = Timestamp::Seconds(100);

TEST(ServerTransactionTest, RepeatsItsResponseForEveryRepeatedRequestUntilTimerJ) {
  ServerTransaction machine(false, kTimes);
  EXPECT_FALSE(machine.HandleRetransmission().send) << "nothing to say yet";
  EXPECT_TRUE(machine.Respond(200, kStart).send);
  EXPECT_TRUE(machine.HandleRetransmission().send);
  EXPECT_FALSE(machine.Respond(500, kStart).send) << "one final response only";
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  machine.HandleTimeout(machine.NextTimeout());
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerTransactionTest, OverTcpEndsWithItsResponse) {
  ServerTransaction machine(true, kTimes);
  EXPECT_TRUE(machine.Respond(100, kStart).send);
  EXPECT_TRUE(machine.HandleRetransmission().send);
  EXPECT_TRUE(machine.Respond(200, kStart).send);
  EXPECT_TRUE(machine.terminated());
}

}  // namespace
}  // namespace parley::sip
