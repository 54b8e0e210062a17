#include "mixer/sip/client_invite_transaction.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley::sip {
namespace {

using State = ClientInviteTransaction::State;

constexpr TransactionTimes kTimes;
constexpr Timestamp kStart = Timestamp::Seconds(100);

// The times after `start`, in ms, at which the request goes out again before the machine ends.
std::vector<int64_t> Resends(ClientInviteTransaction& machine, Timestamp start) {
  std::vector<int64_t> times;
  while (!machine.NextTimeout().IsNever()) {
    const Timestamp now = machine.NextTimeout();
    if (machine.HandleTimeout(now).send) times.push_back((now - start).ms());
  }
  return times;
}

TEST(ClientInviteTransactionTest, RepeatsAtDoublingPausesUntilTimerB) {
  ClientInviteTransaction machine(false, kTimes, kStart);
  EXPECT_EQ(Resends(machine, kStart), (std::vector<int64_t>{500, 1500, 3500, 7500, 15500, 31500}));
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientInviteTransactionTest, TellsOfTimerBOnce) {
  ClientInviteTransaction machine(true, kTimes, kStart);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  EXPECT_TRUE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientInviteTransactionTest, AProvisionalResponseEndsRepetition) {
  ClientInviteTransaction machine(false, kTimes, kStart);
  EXPECT_TRUE(machine.HandleResponse(100, kStart).deliver);
  EXPECT_TRUE(machine.NextTimeout().IsNever());
  EXPECT_TRUE(machine.HandleResponse(180, kStart).deliver);
}

TEST(ClientInviteTransactionTest, DeliversEvery2xxUntilTimerM) {
  ClientInviteTransaction machine(false, kTimes, kStart);
  for (int i = 0; i < 3; ++i) {
    const TransactionStep step = machine.HandleResponse(200, kStart);
    EXPECT_TRUE(step.deliver);
    EXPECT_FALSE(step.send_ack);
  }
  EXPECT_EQ(machine.state(), State::kAccepted);
  EXPECT_FALSE(machine.HandleResponse(486, kStart).deliver);
  EXPECT_FALSE(machine.HandleResponse(180, kStart).deliver);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  EXPECT_FALSE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientInviteTransactionTest, AcknowledgesEveryRefusalAndDeliversOne) {
  ClientInviteTransaction machine(false, kTimes, kStart);
  TransactionStep step = machine.HandleResponse(486, kStart);
  EXPECT_TRUE(step.deliver && step.send_ack);
  step = machine.HandleResponse(486, kStart);
  EXPECT_TRUE(!step.deliver && step.send_ack);
  EXPECT_FALSE(machine.HandleResponse(200, kStart).deliver);
  EXPECT_EQ(machine.NextTimeout(), kStart + Duration::Seconds(32));
  EXPECT_FALSE(machine.HandleTimeout(machine.NextTimeout()).timed_out);
  EXPECT_TRUE(machine.terminated());
}

TEST(ClientInviteTransactionTest, ARefusalOverTcpEndsAtOnce) {
  ClientInviteTransaction machine(true, kTimes, kStart);
  EXPECT_TRUE(machine.HandleResponse(486, kStart).send_ack);
  EXPECT_TRUE(machine.terminated());
}

}  // namespace
}  // namespace parley::sip
