#include "sfu/forward/layer_allocator.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace parley {
namespace {

SourceInfo Simulcast(std::array<uint32_t, 3> kbps = {150, 500, 1500}) {
  SourceInfo info;
  for (size_t i = 0; i < 3; ++i) info.bitrate_bps[i] = kbps[i] * 1000;
  info.heights = {180, 360, 720};
  return info;
}

std::vector<int> Allocate(std::vector<LayerRequest> requests, Bitrate budget,
                          bool may_pause = true) {
  AllocateLayers(requests, budget, may_pause);
  std::vector<int> chosen;
  for (const LayerRequest& r : requests) chosen.push_back(r.chosen);
  return chosen;
}

TEST(IdealLayer, FillsTheTile) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(IdealLayer(info, 0), 2);
  EXPECT_EQ(IdealLayer(info, 1080), 2);
  EXPECT_EQ(IdealLayer(info, 400), 1) << "360 fills 400 well enough";
  EXPECT_EQ(IdealLayer(info, 180), 0);
  info.bitrate_bps[2] = 0;
  EXPECT_EQ(IdealLayer(info, 1080), 1) << "the highest that is sent";
  info.bitrate_bps = {};
  EXPECT_EQ(IdealLayer(info, 180), -1);
}

TEST(IdealLayer, GuessesHeightsFromOneAnother) {
  SourceInfo info = Simulcast();
  info.heights = {0, 540, 0};
  EXPECT_EQ(IdealLayer(info, 270), 0);
  EXPECT_EQ(IdealLayer(info, 540), 1);
  info.heights = {};
  EXPECT_EQ(IdealLayer(info, 180), 0) << "720 assumed at the top";
}

TEST(AllocateLayers, WithoutALimitEverybodyGetsWhatFits) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(Allocate({{&info, 720}, {&info, 180}, {&info, 360}}, Bitrate::Unlimited()),
            (std::vector{2, 0, 1}));
}

TEST(AllocateLayers, EverybodyVisibleComesBeforeAnybodyBetter) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(Allocate({{&info, 720, 2}, {&info, 720, 1}, {&info, 720, 1}}, Bitrate::Kbps(600)),
            (std::vector{0, 0, 0}));
  EXPECT_EQ(Allocate({{&info, 720, 1}, {&info, 720, 2}}, Bitrate::Kbps(900)), (std::vector{0, 1}))
      << "then by priority";
}

TEST(AllocateLayers, AllOfOnePriorityBecomeLargerByTurns) {
  SourceInfo info = Simulcast();
  const LayerRequest tile{&info, 720};
  EXPECT_EQ(Allocate({tile, tile, tile}, Bitrate::Kbps(1900)), (std::vector{1, 1, 1}));
  EXPECT_EQ(Allocate({tile, tile, tile}, Bitrate::Kbps(3000)), (std::vector{2, 1, 1}));
  EXPECT_EQ(Allocate({tile, {&info, 720, 1}, tile}, Bitrate::Kbps(1900)), (std::vector{0, 2, 0}));
}

TEST(AllocateLayers, TheLeastImportantIsPausedFirst) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(Allocate({{&info, 720, 0}, {&info, 720, 2}}, Bitrate::Kbps(200)),
            (std::vector{kLayerPaused, 0}));
  EXPECT_EQ(Allocate({{&info, 720}}, Bitrate()), (std::vector{kLayerPaused}));
}

TEST(AllocateLayers, KeepsEverybodyAtTheLowestWherePausingIsNotAllowed) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(Allocate({{&info, 720, 0}, {&info, 720, 2}}, Bitrate(), /*may_pause=*/false),
            (std::vector{0, 0}));
}

TEST(AllocateLayers, GoingUpNeedsMoreThanStaying) {
  SourceInfo info = Simulcast();
  LayerRequest staying{&info, 360, 0, 1};
  LayerRequest rising{&info, 360, 0, 0};
  EXPECT_EQ(Allocate({staying}, Bitrate::Kbps(510)), (std::vector{1}));
  EXPECT_EQ(Allocate({rising}, Bitrate::Kbps(510)), (std::vector{0}));
}

TEST(AllocateLayers, WhatIsShownOutlastsAnEstimateThatDipped) {
  SourceInfo info = Simulcast();
  const LayerRequest shown{&info, 360, 0, 1};
  EXPECT_EQ(Allocate({shown}, Bitrate::Kbps(470)), (std::vector{1})) << "94 %";
  EXPECT_EQ(Allocate({shown}, Bitrate::Kbps(450)), (std::vector{0})) << "90 %";
  const LayerRequest small{&info, 360, 0, 0};
  EXPECT_EQ(Allocate({small}, Bitrate::Kbps(130)), (std::vector{0}));
  EXPECT_EQ(Allocate({small}, Bitrate::Kbps(110)), (std::vector{0})) << "not for long yet";
  EXPECT_EQ(Allocate({small}, Bitrate::Kbps(40)), (std::vector{kLayerPaused})) << "far too little";
  LayerRequest tight = small;
  tight.tight = true;
  EXPECT_EQ(Allocate({tight}, Bitrate::Kbps(130)), (std::vector{0}));
  EXPECT_EQ(Allocate({tight}, Bitrate::Kbps(110)), (std::vector{kLayerPaused}));
  EXPECT_EQ(Allocate({{&info, 360}}, Bitrate::Kbps(130)), (std::vector{kLayerPaused}))
      << "what is not shown gets nothing for it";
}

TEST(AllocateLayers, TellsWhatDidNotFit) {
  SourceInfo info = Simulcast();
  std::vector<LayerRequest> requests = {{&info, 360, 2, 0}, {&info, 360, 1, 0}};
  AllocateLayers(requests, Bitrate::Kbps(230), true);
  EXPECT_TRUE(requests[0].fits);
  EXPECT_FALSE(requests[1].fits);
  EXPECT_EQ(requests[1].chosen, 0) << "kept for now";
  AllocateLayers(requests, Bitrate::Kbps(230), false);
  EXPECT_TRUE(requests[1].fits);
}

TEST(AllocateLayers, WhatIsKeptBeyondTheBudgetIsNoRoomForOthers) {
  SourceInfo info = Simulcast();
  EXPECT_EQ(Allocate({{&info, 360, 2, 1}, {&info, 360, 1, 0}}, Bitrate::Kbps(620)),
            (std::vector{1, 0}));
}

TEST(AllocateLayers, ARiseThatFailedAMomentAgoNeedsMoreRoom) {
  SourceInfo info = Simulcast();
  LayerRequest wary{&info, 360, 0, 0};
  EXPECT_EQ(Allocate({wary}, Bitrate::Kbps(600)), (std::vector{1}));
  wary.wary = true;
  EXPECT_EQ(Allocate({wary}, Bitrate::Kbps(600)), (std::vector{0}));
  EXPECT_EQ(Allocate({wary}, Bitrate::Kbps(760)), (std::vector{1}));
}

// A quarter of the lowest layer's rate is its lowest temporal layer's, half with the next.
TEST(AllocateLayers, FewerPicturesComeBeforeNone) {
  SourceInfo info = Simulcast();
  info.temporal_percent = {25, 50};
  const auto allocate = [&](std::vector<LayerRequest> requests, int64_t kbps) {
    AllocateLayers(requests, Bitrate::Kbps(kbps), true);
    std::vector<std::pair<int, int>> chosen;
    for (const LayerRequest& r : requests) chosen.emplace_back(r.chosen, r.temporal);
    return chosen;
  };
  using Chosen = std::vector<std::pair<int, int>>;
  const LayerRequest tile{&info, 180};
  EXPECT_EQ(allocate({tile, tile, tile, tile}, 700),
            (Chosen{{0, kWholeLayer}, {0, kWholeLayer}, {0, kWholeLayer}, {0, kWholeLayer}}));
  EXPECT_EQ(allocate({tile, tile, tile, tile}, 300),
            (Chosen{{0, kWholeLayer}, {0, 0}, {0, 0}, {0, 0}}));
  EXPECT_EQ(allocate({tile, tile, tile, tile}, 210), (Chosen{{0, 1}, {0, 0}, {0, 0}, {0, 0}}));
  EXPECT_EQ(allocate({tile, tile}, 60), (Chosen{{0, 0}, {kLayerPaused, kWholeLayer}}));
  // All pictures of one before the larger pictures of another.
  EXPECT_EQ(allocate({{&info, 720, 2}, tile}, 620), (Chosen{{0, kWholeLayer}, {0, kWholeLayer}}));
}

TEST(AllocateLayers, AllPicturesComeBackWithMoreRoomThanTheyNeed) {
  SourceInfo info = Simulcast();
  info.temporal_percent = {25, 50};
  LayerRequest shown{&info, 180, 0, 0};
  const auto temporal = [&](int64_t kbps) {
    std::vector<LayerRequest> requests{shown};
    AllocateLayers(requests, Bitrate::Kbps(kbps), true);
    return int{requests[0].temporal};
  };
  EXPECT_EQ(temporal(140), kWholeLayer) << "what is shown outlasts an estimate that dipped";
  EXPECT_EQ(temporal(135), 1);
  shown.current_temporal = 1;
  EXPECT_EQ(temporal(130), 1);
  EXPECT_EQ(temporal(155), 1);
  EXPECT_EQ(temporal(160), kWholeLayer);
}

TEST(AllocateLayers, SkipsLayersThatAreNotSent) {
  SourceInfo info = Simulcast({150, 0, 1500});
  EXPECT_EQ(Allocate({{&info, 720}}, Bitrate::Kbps(5000)), (std::vector{2}));
  EXPECT_EQ(Allocate({{&info, 720}}, Bitrate::Kbps(1000)), (std::vector{0}));
}

}  // namespace
}  // namespace parley
