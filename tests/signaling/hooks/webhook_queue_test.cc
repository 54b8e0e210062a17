#include "signaling/hooks/webhook_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace parley {
namespace {

class WebhookQueueTest : public ::testing::Test {
 protected:
  uint64_t Push(const std::string& room) {
    dropped_ = queue_.Push({.number = ++last_,
                            .id = "e" + std::to_string(last_),
                            .type = "participant.joined",
                            .room = room,
                            .at = now_.wall,
                            .body = "{}"});
    return last_;
  }
  // 0: nothing.
  uint64_t Next() {
    const WebhookEvent* event = queue_.Next(now_.steady);
    return event ? event->number : 0;
  }
  WebhookQueue::Result End(uint64_t number, bool delivered) {
    return queue_.HandleResult(number, delivered, now_);
  }
  void Pass(Duration time) {
    now_.steady = now_.steady + time;
    now_.wall = now_.wall + time;
  }

  SeededRandom random_{3};
  WebhookQueue queue_{random_};
  Now now_{Timestamp::Seconds(1000), WallTime::UnixMicros(1'700'000'000'000'000)};
  uint64_t last_ = 0;
  std::optional<uint64_t> dropped_;
};

using enum WebhookQueue::Outcome;

TEST_F(WebhookQueueTest, ARoomsEventsGoOneAfterTheOther) {
  EXPECT_TRUE(queue_.NextTimeout().IsNever());
  EXPECT_EQ(Next(), 0u);
  const uint64_t first = Push("a");
  const uint64_t second = Push("a");
  EXPECT_LE(queue_.NextTimeout(), now_.steady);
  EXPECT_EQ(Next(), first);
  EXPECT_EQ(Next(), 0u) << "while the first is on its way";
  EXPECT_TRUE(queue_.NextTimeout().IsNever());
  EXPECT_EQ(End(first, true).outcome, kDelivered);
  EXPECT_EQ(Next(), second);
  EXPECT_EQ(End(second, true).outcome, kDelivered);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(WebhookQueueTest, ARoomThatIsRefusedHoldsUpNoOther) {
  const uint64_t first = Push("a");
  const uint64_t second = Push("a");
  const uint64_t other = Push("b");
  EXPECT_EQ(Next(), first);
  EXPECT_EQ(End(first, false).outcome, kAgain);
  EXPECT_EQ(Next(), other);
  EXPECT_EQ(End(other, true).outcome, kDelivered);
  EXPECT_EQ(Next(), 0u) << "the second does not overtake the first";
  Pass(WebhookQueue::kFirstPause);
  EXPECT_EQ(Next(), first);
  EXPECT_EQ(End(first, true).attempts, 2);
  EXPECT_EQ(Next(), second);
}

TEST_F(WebhookQueueTest, PausesGrowToABoundAndDiffer) {
  const uint64_t number = Push("a");
  Duration most = WebhookQueue::kFirstPause;
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(Next(), number);
    ASSERT_EQ(End(number, false).outcome, kAgain);
    const Duration pause = queue_.NextTimeout() - now_.steady;
    EXPECT_GE(pause, most / 2) << i;
    EXPECT_LE(pause, most) << i;
    Pass(pause - Duration::Micros(1));
    EXPECT_EQ(Next(), 0u);
    Pass(Duration::Micros(1));
    most = std::min(most * 2, WebhookQueue::kLongestPause);
  }
  EXPECT_EQ(Next(), number);
  EXPECT_EQ(End(number, true).attempts, 21);
  EXPECT_EQ(queue_.size(), 0u);
}

TEST_F(WebhookQueueTest, AfterADayAnEventIsGivenUpAndTheNextHasItsTurn) {
  const uint64_t first = Push("a");
  Pass(WebhookQueue::kGiveUp - Duration::Micros(1));
  EXPECT_EQ(Next(), first);
  EXPECT_EQ(End(first, false).outcome, kAgain);
  const uint64_t second = Push("a");
  Pass(WebhookQueue::kFirstPause);
  EXPECT_EQ(Next(), first);
  const auto result = End(first, false);
  EXPECT_EQ(result.outcome, kDead);
  EXPECT_EQ(result.attempts, 2);
  EXPECT_EQ(Next(), second);
}

TEST_F(WebhookQueueTest, SoManyAreOnTheirWayAndNoMore) {
  std::vector<uint64_t> on_their_way;
  for (size_t i = 0; i < WebhookQueue::kAtOnce; ++i) Push("room" + std::to_string(i));
  const uint64_t waiting = Push("z");
  for (size_t i = 0; i < WebhookQueue::kAtOnce; ++i) on_their_way.push_back(Next());
  EXPECT_EQ(Next(), 0u);
  EXPECT_TRUE(queue_.NextTimeout().IsNever());
  EXPECT_EQ(End(on_their_way[3], true).outcome, kDelivered);
  EXPECT_EQ(Next(), waiting);
}

TEST_F(WebhookQueueTest, TheOldestGivesWayButNotWhatIsOnItsWay) {
  const uint64_t sent = Push("a");
  EXPECT_EQ(Next(), sent);
  const uint64_t oldest = Push("b");
  const uint64_t next = Push("a");
  while (queue_.size() < WebhookQueue::kWaiting) {
    Push("c");
    ASSERT_FALSE(dropped_);
  }
  Push("c");
  EXPECT_EQ(dropped_, oldest);
  Push("c");
  EXPECT_EQ(dropped_, next);
  EXPECT_EQ(queue_.size(), WebhookQueue::kWaiting);
  EXPECT_EQ(End(sent, true).outcome, kDelivered);
  EXPECT_NE(Next(), 0u);
}

}  // namespace
}  // namespace parley
