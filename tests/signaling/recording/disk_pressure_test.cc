#include "signaling/recording/disk_pressure.h"

#include <gtest/gtest.h>

namespace parley::test {
namespace {

constexpr uint64_t kLeast = 1000;

TEST(DiskPressureTest, GivesUpStepByStep) {
  DiskPressure disk(kLeast);
  EXPECT_EQ(disk.step(), DiskStep::kEnough);
  const auto at = [&](uint64_t free) {
    disk.Update(free);
    return disk.step();
  };
  EXPECT_EQ(at(4000), DiskStep::kEnough);
  EXPECT_EQ(at(3999), DiskStep::kNoComposing);
  EXPECT_EQ(at(2999), DiskStep::kSmallPictures);
  EXPECT_EQ(at(1999), DiskStep::kSoundOnly);
  EXPECT_EQ(at(999), DiskStep::kFull);
  EXPECT_EQ(disk.free(), 999u);
}

TEST(DiskPressureTest, OneThatFillsAtOnceNeedsNoSteps) {
  DiskPressure disk(kLeast);
  disk.Update(0);
  EXPECT_EQ(disk.step(), DiskStep::kFull);
}

TEST(DiskPressureTest, ALittleRoomMoreChangesNothing) {
  DiskPressure disk(kLeast);
  disk.Update(1999);
  disk.Update(2499);
  EXPECT_EQ(disk.step(), DiskStep::kSoundOnly);
  disk.Update(2500);
  EXPECT_EQ(disk.step(), DiskStep::kSmallPictures);
  disk.Update(4499);
  EXPECT_EQ(disk.step(), DiskStep::kNoComposing);
  disk.Update(4500);
  EXPECT_EQ(disk.step(), DiskStep::kEnough);
}

}  // namespace
}  // namespace parley::test
