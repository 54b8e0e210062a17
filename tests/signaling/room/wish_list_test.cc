#include "signaling/room/wish_list.h"

#include <gtest/gtest.h>

namespace parley {
namespace {

constexpr SourceId kScreen(1);
constexpr SourceId kAda(2);
constexpr SourceId kBob(3);
constexpr SourceId kEve(4);
constexpr SourceId kMine(9);
constexpr SourceId kOff(10);

const std::vector<LiveVideo> kLive = {{.source = kScreen, .screen = true},
                                      {.source = kAda},
                                      {.source = kMine},
                                      {.source = kBob},
                                      {.source = kEve}};

std::vector<SlotWish> Make(const ViewRequest* view, size_t count, SourceId dominant = SourceId(),
                           const SlotAssigner& current = SlotAssigner({})) {
  const std::array own = {kMine};
  return MakeWishes(view, kLive, own, dominant, current, count);
}

std::vector<SourceId> Sources(const std::vector<SlotWish>& wishes) {
  std::vector<SourceId> sources;
  for (const auto& wish : wishes) sources.push_back(wish.source);
  return sources;
}

TEST(WishListTest, WithoutAViewScreensThenTheDominantThenTheRest) {
  EXPECT_EQ(Sources(Make(nullptr, 10)), (std::vector{kScreen, kAda, kBob, kEve}));
  EXPECT_EQ(Sources(Make(nullptr, 10, kEve)), (std::vector{kScreen, kEve, kAda, kBob}));
  EXPECT_EQ(Sources(Make(nullptr, 2, kEve)), (std::vector{kScreen, kEve}));
  EXPECT_EQ(Sources(Make(nullptr, 2, kMine)), (std::vector{kScreen, kAda})) << "not oneself";
  EXPECT_EQ(Sources(Make(nullptr, 2, kOff)), (std::vector{kScreen, kAda})) << "not who is off";
  EXPECT_TRUE(Make(nullptr, 0).empty());
}

TEST(WishListTest, WithoutAViewWhoIsShownStays) {
  SlotAssigner current({0, 1, 2});
  current.Assign(std::vector{SlotWish{.source = kEve}, SlotWish{.source = kOff}}, 1);
  EXPECT_EQ(Sources(Make(nullptr, 3, kAda, current)), (std::vector{kScreen, kAda, kEve}));
}

TEST(WishListTest, TheStageHasNoLimitAndTheOthersAModestOne) {
  const auto wishes = Make(nullptr, 3, kBob);
  EXPECT_EQ(wishes[0], (SlotWish{.source = kScreen, .max_height = 0, .priority = 2}));
  EXPECT_EQ(wishes[1], (SlotWish{.source = kBob, .max_height = 0, .priority = 2}));
  EXPECT_EQ(wishes[2], (SlotWish{.source = kAda, .max_height = 360, .priority = 1}));
}

// Its lower encoding is for weak links: few pictures, half as sharp.
TEST(WishListTest, AScreenThatIsToBeReadIsWantedWhole) {
  ViewRequest view;
  view.show = {{.source = kScreen, .height = 240}};
  EXPECT_EQ(Make(&view, 1)[0], (SlotWish{.source = kScreen, .max_height = 0, .priority = 2}));
  view.show = {{.source = kScreen, .height = 239}};
  EXPECT_EQ(Make(&view, 1)[0], (SlotWish{.source = kScreen, .max_height = 239, .priority = 2}));
}

TEST(WishListTest, AViewIsServedInItsOrderWithItsSizes) {
  ViewRequest view;
  view.show = {{.source = kBob, .height = 240},
               {.source = kEve, .height = 239},
               {.source = kScreen, .height = 100},
               {.source = kAda, .height = 100}};
  view.pinned = {kAda, kOff};
  const auto wishes = Make(&view, 10);
  ASSERT_EQ(wishes.size(), 4u);
  EXPECT_EQ(wishes[0], (SlotWish{.source = kBob, .max_height = 240, .priority = 1}));
  EXPECT_EQ(wishes[1], (SlotWish{.source = kEve, .max_height = 239, .priority = 0}));
  EXPECT_EQ(wishes[2], (SlotWish{.source = kScreen, .max_height = 100, .priority = 2}));
  EXPECT_EQ(wishes[3], (SlotWish{.source = kAda, .max_height = 100, .priority = 2})) << "pinned";
  EXPECT_EQ(Sources(Make(&view, 2)), (std::vector{kBob, kEve}));
}

TEST(WishListTest, AViewWithForeignOwnOrRepeatedEntries) {
  ViewRequest view;
  view.show = {{.source = kMine, .height = 720},
               {.source = kOff, .height = 720},
               {.source = SourceId(), .height = 720},
               {.source = kBob, .height = 180},
               {.source = kBob, .height = 720}};
  const auto wishes = Make(&view, 10);
  ASSERT_EQ(wishes.size(), 1u);
  EXPECT_EQ(wishes[0].max_height, 180);
  view.show.clear();
  EXPECT_TRUE(Make(&view, 10).empty()) << "an empty view shows nobody";
}

}  // namespace
}  // namespace parley
