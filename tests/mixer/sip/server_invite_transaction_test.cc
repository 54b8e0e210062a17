#include "mixer/sip/server_invite_transaction.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::sip {
namespace {

using State = ServerInviteTransaction::State;

constexpr TransactionTimes kTimes;
constexpr Timestamp kStart = Timestamp::Seconds(100);

TEST(ServerInviteTransactionTest, RepeatsARefusalUntilItsAck) {
  ServerInviteTransaction machine(false, kTimes);
  EXPECT_TRUE(machine.Respond(180, kStart).send);
  EXPECT_TRUE(machine.HandleRetransmission().send);
  EXPECT_TRUE(machine.Respond(486, kStart).send);
  EXPECT_FALSE(machine.Respond(486, kStart).send) << "one final response only";
  EXPECT_TRUE(machine.HandleRetransmission().send);
  EXPECT_TRUE(machine.HandleTimeout(kStart + Duration::Millis(500)).send);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Millis(1500));
  EXPECT_FALSE(machine.HandleAck(kStart).deliver);
  EXPECT_EQ(machine.state(), State::kConfirmed);
  EXPECT_FALSE(machine.HandleRetransmission().send);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(5));
  EXPECT_FALSE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerInviteTransactionTest, TellsOfAnAckThatNeverCame) {
  ServerInviteTransaction machine(false, kTimes);
  machine.Respond(603, kStart);
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

TEST(ServerInviteTransactionTest, After2xxAbsorbsInvitesAndPassesAcksOn) {
  ServerInviteTransaction machine(false, kTimes);
  EXPECT_TRUE(machine.Respond(200, kStart).send);
  EXPECT_TRUE(machine.Respond(200, kStart).send) << "the user repeats a 2xx";
  EXPECT_FALSE(machine.HandleRetransmission().send);
  EXPECT_TRUE(machine.HandleAck(kStart).deliver);
  EXPECT_TRUE(machine.HandleAck(kStart).deliver);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  EXPECT_FALSE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ServerInviteTransactionTest, OverTcpARefusalIsNotRepeatedAndItsAckEnds) {
  ServerInviteTransaction machine(true, kTimes);
  machine.Respond(486, kStart);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  machine.HandleAck(kStart);
  EXPECT_TRUE(machine.terminated());
}

}  // namespace
}  // namespace parley::sip
