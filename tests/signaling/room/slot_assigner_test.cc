#include "signaling/room/slot_assigner.h"

#include <gtest/gtest.h>

#include <set>

#include "sfu/base/random.h"

namespace parley {
namespace {

SlotWish Wish(uint32_t source, uint16_t height = 360, uint8_t priority = 1) {
  return {.source = SourceId(source), .max_height = height, .priority = priority};
}

std::vector<uint32_t> Carried(const SlotAssigner& assigner) {
  std::vector<uint32_t> sources;
  for (const auto& slot : assigner.slots()) sources.push_back(slot.wish.source.value());
  return sources;
}

using Due = std::vector<uint8_t>;

TEST(SlotAssignerTest, TheMostWantedGetTheSlots) {
  SlotAssigner assigner({4, 5});
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1), Wish(2), Wish(3)}, 1), (Due{4, 5}));
  EXPECT_EQ(Carried(assigner), (std::vector<uint32_t>{1, 2}));
  EXPECT_EQ(assigner.Find(5)->wish, Wish(2));
  EXPECT_EQ(assigner.Find(6), nullptr);
}

TEST(SlotAssignerTest, WhatStaysKeepsItsSlotInWhateverOrder) {
  SlotAssigner assigner({4, 5, 6});
  assigner.Assign(std::vector{Wish(1), Wish(2), Wish(3)}, 1);
  EXPECT_EQ(assigner.Assign(std::vector{Wish(3), Wish(9), Wish(1)}, 2), Due{5});
  EXPECT_EQ(Carried(assigner), (std::vector<uint32_t>{1, 9, 3}));
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1), Wish(3), Wish(9)}, 3), Due{});
}

TEST(SlotAssignerTest, AnotherHeightOrPriorityIsSetWithoutASwitch) {
  SlotAssigner assigner({0});
  assigner.Assign(std::vector{Wish(1, 180)}, 1);
  ASSERT_TRUE(assigner.HandleSwitched({.transport = {},
                                       .slot = 0,
                                       .epoch = 1,
                                       .source = SourceId(1),
                                       .state = SlotSwitched::State::kLive}));
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1, 720)}, 2), Due{0});
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1, 720, 2)}, 3), Due{0});
  EXPECT_EQ(assigner.slots()[0].state, SlotState::kLive);
  EXPECT_EQ(assigner.slots()[0].since_epoch, 1u);
}

TEST(SlotAssignerTest, WhatIsNoLongerWantedIsPaused) {
  SlotAssigner assigner({0, 1});
  assigner.Assign(std::vector{Wish(1), Wish(2)}, 1);
  EXPECT_EQ(assigner.Assign(std::vector{Wish(2)}, 2), Due{0});
  EXPECT_EQ(Carried(assigner), (std::vector<uint32_t>{0, 2}));
  EXPECT_EQ(assigner.Assign({}, 3), Due{1});
  EXPECT_EQ(assigner.Assign({}, 4), Due{});
}

TEST(SlotAssignerTest, AReleasedSourceIsSetAnew) {
  SlotAssigner assigner({0, 1});
  assigner.Assign(std::vector{Wish(1), Wish(2)}, 1);
  assigner.Release(SourceId(2));
  EXPECT_FALSE(assigner.Carries(SourceId(2)));
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1), Wish(2)}, 2), Due{1});
  EXPECT_EQ(assigner.slots()[1].since_epoch, 2u);
  EXPECT_EQ(assigner.slots()[1].state, SlotState::kWaiting);
}

TEST(SlotAssignerTest, OnlyReportsAboutWhatIsThereCount) {
  SlotAssigner assigner({3});
  assigner.Assign(std::vector{Wish(1)}, 5);
  const auto report = [&](uint8_t slot, uint32_t epoch, uint32_t source,
                          SlotSwitched::State state = SlotSwitched::State::kLive) {
    return assigner.HandleSwitched({.transport = {},
                                    .slot = slot,
                                    .epoch = epoch,
                                    .source = SourceId(source),
                                    .state = state});
  };
  EXPECT_FALSE(report(0, 5, 1)) << "no such slot";
  EXPECT_FALSE(report(3, 4, 1)) << "an earlier time";
  EXPECT_FALSE(report(3, 5, 2)) << "another source";
  EXPECT_FALSE(report(3, 5, 0)) << "none";
  EXPECT_TRUE(report(3, 6, 1)) << "a later setting of the same source";
  EXPECT_FALSE(report(3, 6, 1)) << "nothing new";
  EXPECT_TRUE(report(3, 6, 1, SlotSwitched::State::kPausedBandwidth));
}

TEST(SlotAssignerTest, KeepsThatASlotIsLimitedUntilItEndsOrSomebodyElseComes) {
  SlotAssigner assigner({3});
  assigner.Assign(std::vector{Wish(1)}, 5);
  const auto report = [&](bool limited) {
    return assigner.HandleSwitched({.transport = {},
                                    .slot = 3,
                                    .epoch = 5,
                                    .source = SourceId(1),
                                    .state = SlotSwitched::State::kLive,
                                    .limited = limited});
  };
  EXPECT_TRUE(report(false));
  EXPECT_TRUE(report(true));
  EXPECT_FALSE(report(true)) << "nothing new";
  EXPECT_TRUE(assigner.slots()[0].limited);
  EXPECT_TRUE(report(false));
  EXPECT_TRUE(report(true));
  assigner.Assign(std::vector{Wish(2)}, 6);
  EXPECT_FALSE(assigner.slots()[0].limited);
}

TEST(SlotAssignerTest, WithoutSlotsNothingHappens) {
  SlotAssigner assigner({});
  EXPECT_EQ(assigner.Assign(std::vector{Wish(1)}, 1), Due{});
}

TEST(SlotAssignerTest, RandomWishesAlwaysEndServedStickyAndTold) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SeededRandom random(seed);
    SlotAssigner assigner({0, 1, 2, 3, 4});
    std::vector<SlotWish> told(5);
    for (uint32_t epoch = 1; epoch < 200; ++epoch) {
      std::vector<SlotWish> wishes;
      std::set<uint32_t> used;
      for (uint32_t n = random.Below(9); n > 0; --n) {
        const uint32_t source = 1 + random.Below(12);
        if (used.insert(source).second) {
          wishes.push_back(Wish(source, static_cast<uint16_t>(random.Below(3))));
        }
      }
      if (random.Below(10) == 0) {
        const SourceId gone(1 + random.Below(12));
        // The worker forgets with it.
        for (size_t i = 0; i < told.size(); ++i) {
          if (told[i].source == gone) told[i] = {};
        }
        assigner.Release(gone);
      }
      const auto before = Carried(assigner);
      for (const uint8_t index : assigner.Assign(wishes, epoch)) {
        told[index] = assigner.Find(index)->wish;
      }
      const auto after = Carried(assigner);
      std::multiset<uint32_t> expected;
      for (size_t i = 0; i < std::min<size_t>(5, wishes.size()); ++i) {
        expected.insert(wishes[i].source.value());
      }
      std::multiset<uint32_t> carried(after.begin(), after.end());
      carried.erase(0);
      ASSERT_EQ(carried, expected);
      for (size_t i = 0; i < 5; ++i) {
        ASSERT_EQ(told[i], assigner.slots()[i].wish) << "the worker knows what the map says";
        if (before[i] != 0 && expected.contains(before[i])) {
          ASSERT_EQ(after[i], before[i]) << "sticky";
        }
      }
    }
  }
}

}  // namespace
}  // namespace parley
