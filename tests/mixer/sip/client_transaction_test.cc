#include "mixer/sip/client_transaction.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::sip {
namespace {

constexpr TransactionTimes kTimes;
constexpr Timestamp kStart = Timestamp::Seconds(100);

TEST(ClientTransactionTest, RepeatsUpToT2UntilTimerF) {
  ClientTransaction machine(false, kTimes, kStart);
  std::vector<int64_t> resends;
  bool timed_out = false;
  while (!machine.terminated()) {
    const Timestamp now = machine.NextTimeout();
    const TransactionStep step = machine.HandleTimeout(now);
    if (step.send) resends.push_back((now - kStart).ms());
    timed_out |= step.timed_out;
  }
  EXPECT_EQ(resends, (std::vector<int64_t>{500, 1500, 3500, 7500, 11500, 15500, 19500, 23500, 27500,
                                           31500}));
  EXPECT_TRUE(timed_out);
}

TEST(ClientTransactionTest, RepeatsEveryT2OnceProceeding) {
  ClientTransaction machine(false, kTimes, kStart);
  EXPECT_TRUE(machine.HandleResponse(100, kStart).deliver);
  EXPECT_TRUE(machine.HandleTimeout(kStart + Duration::Millis(500)).send);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Millis(4500));
}

TEST(ClientTransactionTest, AbsorbsFurtherFinalResponsesForT4) {
  ClientTransaction machine(false, kTimes, kStart);
  EXPECT_TRUE(machine.HandleResponse(200, kStart).deliver);
  EXPECT_FALSE(machine.HandleResponse(200, kStart).deliver);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(5));
  EXPECT_FALSE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientTransactionTest, OverTcpNothingIsRepeatedOrAbsorbed) {
  ClientTransaction machine(true, kTimes, kStart);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  machine.HandleResponse(200, kStart);
  EXPECT_TRUE(machine.terminated());
}

}  // namespace
}  // namespace parley::sip
