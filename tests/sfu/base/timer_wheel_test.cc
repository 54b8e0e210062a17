#include "sfu/base/timer_wheel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <vector>

#include "sfu/base/random.h"

namespace parley {
namespace {

std::vector<TimerWheel::Id> Fired(TimerWheel& wheel, Timestamp now) {
  std::vector<TimerWheel::Id> ids;
  wheel.Advance(now, [&](TimerWheel::Id id) { ids.push_back(id); });
  std::sort(ids.begin(), ids.end());
  return ids;
}

using Ids = std::vector<TimerWheel::Id>;

TEST(TimerWheel, FiresAtTheMicrosecondAndOnce) {
  TimerWheel wheel(4, Timestamp::Millis(5));
  wheel.Set(0, Timestamp::Micros(7'300));
  EXPECT_EQ(wheel.NextDeadline(), Timestamp::Micros(7'300));
  EXPECT_EQ(Fired(wheel, Timestamp::Micros(7'299)), Ids{});
  EXPECT_EQ(Fired(wheel, Timestamp::Micros(7'300)), Ids{0});
  EXPECT_EQ(Fired(wheel, Timestamp::Millis(100)), Ids{});
  EXPECT_TRUE(wheel.NextDeadline().IsNever());
}

TEST(TimerWheel, MovesAndCancels) {
  TimerWheel wheel(4, Timestamp());
  wheel.Set(0, Timestamp::Millis(10));
  wheel.Set(1, Timestamp::Millis(10));
  wheel.Set(2, Timestamp::Millis(10));
  wheel.Set(1, Timestamp::Millis(30));
  wheel.Cancel(2);
  EXPECT_EQ(Fired(wheel, Timestamp::Millis(20)), Ids{0});
  EXPECT_EQ(wheel.NextDeadline(), Timestamp::Millis(30));
  EXPECT_EQ(Fired(wheel, Timestamp::Millis(30)), Ids{1});
}

TEST(TimerWheel, DeadlinesInThePastFireNext) {
  TimerWheel wheel(2, Timestamp::Seconds(10));
  wheel.Set(0, Timestamp::Seconds(1));
  EXPECT_LE(wheel.NextDeadline(), Timestamp::Seconds(10));
  EXPECT_EQ(Fired(wheel, Timestamp::Seconds(10)), Ids{0});
}

TEST(TimerWheel, DeadlinesBeyondARoundWait) {
  TimerWheel wheel(3, Timestamp());
  wheel.Set(0, Timestamp::Seconds(30));
  wheel.Set(1, Timestamp::Millis(700));
  EXPECT_EQ(wheel.NextDeadline(), Timestamp::Millis(700));
  EXPECT_EQ(Fired(wheel, Timestamp::Millis(700)), Ids{1});
  int turns = 0;
  Timestamp now = Timestamp::Millis(700);
  while (Fired(wheel, now).empty()) {
    now = wheel.NextDeadline();
    ASSERT_LE(now, Timestamp::Seconds(30));
    ASSERT_LT(++turns, 40);
  }
  EXPECT_EQ(now, Timestamp::Seconds(30));
}

TEST(TimerWheel, SetInsideACallbackIsKept) {
  TimerWheel wheel(2, Timestamp());
  wheel.Set(0, Timestamp::Millis(1));
  int fired = 0;
  for (int ms = 0; ms <= 50; ++ms) {
    wheel.Advance(Timestamp::Millis(ms), [&](TimerWheel::Id id) {
      ++fired;
      wheel.Set(id, Timestamp::Millis(ms + 10));
    });
  }
  EXPECT_EQ(fired, 5);
}

TEST(TimerWheel, ACallbackMayCancelWhatIsDueToo) {
  TimerWheel wheel(2, Timestamp());
  wheel.Set(0, Timestamp::Millis(1));
  wheel.Set(1, Timestamp::Millis(1));
  int fired = 0;
  wheel.Advance(Timestamp::Millis(5), [&](TimerWheel::Id id) {
    ++fired;
    wheel.Cancel(1 - id);
  });
  EXPECT_EQ(fired, 1);
}

// Against a map as the model.
TEST(TimerWheel, BehavesAsAMapOfDeadlinesWould) {
  constexpr uint64_t kSeed = 20261123;
  SCOPED_TRACE(kSeed);
  SeededRandom random(kSeed);
  constexpr TimerWheel::Id kTimers = 200;
  Timestamp now = Timestamp::Seconds(100);
  TimerWheel wheel(kTimers, now);
  std::map<TimerWheel::Id, Timestamp> model;
  for (int step = 0; step < 20'000; ++step) {
    const TimerWheel::Id id = random.Below(kTimers);
    if (random.Below(4) == 0) {
      wheel.Cancel(id);
      model.erase(id);
    } else {
      const Timestamp deadline =
          now + Duration::Micros(random.Below(random.Below(8) ? 300'000 : 9'000'000));
      wheel.Set(id, deadline);
      model[id] = deadline;
    }
    if (random.Below(3) != 0) continue;
    Timestamp earliest = Timestamp::Never();
    for (const auto& [_, deadline] : model) earliest = std::min(earliest, deadline);
    ASSERT_LE(wheel.NextDeadline(), earliest);
    if (earliest - now < Duration::Seconds(1)) {
      ASSERT_EQ(wheel.NextDeadline(), earliest);
    }
    now = now + Duration::Micros(random.Below(random.Below(20) ? 5'000 : 3'000'000));
    Ids expected;
    for (auto it = model.begin(); it != model.end();) {
      if (it->second <= now) {
        expected.push_back(it->first);
        it = model.erase(it);
      } else {
        ++it;
      }
    }
    ASSERT_EQ(Fired(wheel, now), expected);
  }
}

}  // namespace
}  // namespace parley
