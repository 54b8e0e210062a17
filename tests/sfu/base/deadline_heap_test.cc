#include "sfu/base/deadline_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sfu/base/random.h"

namespace parley {
namespace {

Timestamp At(int64_t ms) { return Timestamp::Millis(ms); }

TEST(DeadlineHeap, GivesTheDueOnesInOrderAndNoOthers) {
  DeadlineHeap heap;
  heap.Reserve(3);
  Deadline a, b, c;
  EXPECT_EQ(heap.Next(), Timestamp::Never());
  EXPECT_EQ(heap.PopDue(At(1000)), nullptr);
  heap.Set(a, At(30));
  heap.Set(b, At(10));
  heap.Set(c, At(20));
  EXPECT_EQ(heap.Next(), At(10));
  EXPECT_EQ(heap.PopDue(At(9)), nullptr);
  EXPECT_EQ(heap.PopDue(At(20)), &b);
  EXPECT_EQ(b.at(), Timestamp::Never());
  EXPECT_EQ(heap.PopDue(At(20)), &c);
  EXPECT_EQ(heap.PopDue(At(20)), nullptr);
  heap.Remove(a);
  EXPECT_EQ(heap.Next(), Timestamp::Never());
}

TEST(DeadlineHeap, AgreesWithASortedListUnderRandomChanges) {
  for (uint64_t seed : {1, 2, 3}) {
    SCOPED_TRACE(seed);
    SeededRandom random(seed);
    const auto number = [&](size_t bound) {
      std::array<uint8_t, 2> bytes;
      random.Fill(bytes);
      return static_cast<size_t>(bytes[0] << 8 | bytes[1]) % bound;
    };
    std::vector<Deadline> things(50);
    DeadlineHeap heap;
    heap.Reserve(things.size());
    for (int step = 0; step < 5000; ++step) {
      Deadline& thing = things[number(things.size())];
      switch (number(5)) {
        case 0:
          heap.Remove(thing);
          break;
        case 1:
          heap.Set(thing, Timestamp::Never());
          break;
        default:
          heap.Set(thing, At(static_cast<int64_t>(number(200))));
      }
      Timestamp earliest = Timestamp::Never();
      for (const Deadline& t : things) earliest = std::min(earliest, t.at());
      ASSERT_EQ(heap.Next(), earliest) << step;
      if (number(10) == 0 && earliest != Timestamp::Never()) {
        Deadline* due = heap.PopDue(earliest);
        ASSERT_NE(due, nullptr);
        ASSERT_TRUE(
            std::ranges::all_of(things, [&](const Deadline& t) { return t.at() >= earliest; }));
      }
    }
    while (heap.PopDue(At(200)) != nullptr) {
    }
    EXPECT_TRUE(std::ranges::all_of(things, [](const Deadline& t) { return t.at().IsNever(); }));
  }
}

}  // namespace
}  // namespace parley
