#include "recorder/scene/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace parley::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr int64_t kSecond = 1'000'000;
constexpr CanvasSize kCanvas{1280, 720};

class ScheduleTest : public ::testing::Test {
 protected:
  ScheduleTest() { manifest_.duration_us = 100 * kSecond; }

  void Person(const std::string& id, int64_t from, int64_t to) {
    manifest_.participants.push_back(
        {id, "Name " + id, "panelist", {{from * kSecond, to * kSecond}}});
  }
  RecordedTrack& Track(const std::string& person, const char* kind, int64_t from, int64_t to) {
    RecordedTrack track;
    track.source = static_cast<uint32_t>(manifest_.tracks.size() + 1);
    track.participant = person;
    track.kind = kind;
    track.start_us = from * kSecond;
    track.end_us = to * kSecond;
    manifest_.tracks.push_back(track);
    return manifest_.tracks.back();
  }
  void Speech(const std::string& person, int64_t from, int64_t to) {
    manifest_.speakers.push_back({{from * kSecond, to * kSecond}, person});
  }
  std::vector<Scene> Scenes(LayoutKind layout = LayoutKind::kGallery) const {
    return MakeSchedule(manifest_, layout, kCanvas).scenes;
  }
  static const Scene& At(const std::vector<Scene>& scenes, int64_t second) {
    const auto next = std::ranges::upper_bound(scenes, second * kSecond, {}, &Scene::at_us);
    return *(next - 1);
  }

  Manifest manifest_;
};

TEST_F(ScheduleTest, ARecordingOfNobodyIsOneEmptyScene) {
  EXPECT_THAT(Scenes(), SizeIs(1));
  Person("viewer", 0, 100);
  const auto scenes = Scenes();
  ASSERT_THAT(scenes, SizeIs(1));
  EXPECT_THAT(scenes[0].tiles, IsEmpty()) << "who only watches is not shown";
}

TEST_F(ScheduleTest, PeopleComeAndGoAndAvatarsStandForPicturesThatAreNotThere) {
  Person("a", 0, 100);
  Person("b", 10, 50);
  Track("a", "camera", 0, 100).gaps = {{20 * kSecond, 30 * kSecond}};
  Track("b", "microphone", 12, 50);
  const auto scenes = Scenes();
  ASSERT_THAT(scenes, SizeIs(5));
  EXPECT_THAT(At(scenes, 0).tiles, ElementsAre(Tile{{0, 0, 1280, 720}, 0, 0}));
  EXPECT_THAT(At(scenes, 10).tiles, ElementsAre(Tile{{0, 180, 640, 360}, 0, 0},
                                                Tile{{640, 180, 640, 360}, 1, std::nullopt}));
  EXPECT_EQ(At(scenes, 25).tiles[0].track, std::nullopt);
  EXPECT_EQ(At(scenes, 30).tiles[0].track, 0u);
  EXPECT_THAT(At(scenes, 50).tiles, SizeIs(1));
}

TEST_F(ScheduleTest, ANewFileOfTheSameSourceDoesNotFlash) {
  Person("a", 0, 100);
  Track("a", "camera", 0, 40);
  Track("a", "camera", 41, 100).source = 1;
  const auto scenes = Scenes();
  ASSERT_THAT(scenes, SizeIs(2));
  EXPECT_EQ(scenes[1].at_us, 41 * kSecond);
  EXPECT_EQ(scenes[1].tiles[0].track, 1u);
}

TEST_F(ScheduleTest, ASharedScreenHasTheStageInBothLayoutsAndStaysWhenNothingMoves) {
  Person("a", 0, 100);
  Person("b", 0, 100);
  Track("a", "camera", 0, 100);
  Track("b", "screen", 20, 80).gaps = {{30 * kSecond, 60 * kSecond}};
  for (const LayoutKind layout : {LayoutKind::kGallery, LayoutKind::kSpeaker}) {
    const auto scenes = Scenes(layout);
    const auto& tiles = At(scenes, 45).tiles;
    ASSERT_THAT(tiles, SizeIs(3));
    EXPECT_EQ(tiles[0], (Tile{{0, 90, 960, 540}, 1, 1, true}));
    EXPECT_EQ(tiles[1].person, 0u);
    EXPECT_EQ(tiles[2].track, std::nullopt) << "the sharer has no camera";
    EXPECT_THAT(At(scenes, 80).tiles, SizeIs(2));
  }
}

TEST_F(ScheduleTest, WhoSpeaksLongEnoughGetsTheStage) {
  for (const char* id : {"a", "b", "c"}) {
    Person(id, 0, 100);
    Track(id, "camera", 0, 100);
  }
  Speech("b", 10, 20);
  manifest_.speakers.push_back({{20 * kSecond, 20 * kSecond + 300'000}, "c"});
  Speech("a", 40, 60);
  const auto scenes = Scenes(LayoutKind::kSpeaker);
  EXPECT_EQ(At(scenes, 0).tiles[0].person, 0u);
  EXPECT_EQ(At(scenes, 15).tiles[0].person, 1u);
  EXPECT_TRUE(At(scenes, 15).tiles[0].speaking);
  EXPECT_EQ(At(scenes, 20).tiles[0].person, 1u) << "a cough takes no stage";
  EXPECT_EQ(At(scenes, 30).tiles[0].person, 1u) << "silence keeps it";
  EXPECT_FALSE(At(scenes, 30).tiles[0].speaking);
  EXPECT_EQ(At(scenes, 50).tiles[0].person, 0u);
  EXPECT_THAT(At(scenes, 50).tiles, ElementsAre(Field(&Tile::person, 0), Field(&Tile::person, 1),
                                                Field(&Tile::person, 2)));
}

TEST_F(ScheduleTest, OfMoreThanFitThoseAreSeenWhoSpokeLast) {
  for (int i = 0; i < 40; ++i) {
    const std::string id = "p" + std::to_string(i);
    Person(id, 0, 100);
    Track(id, "camera", 0, 100);
  }
  Speech("p35", 10, 11);
  Speech("p30", 20, 21);
  const auto scenes = Scenes();
  const auto& tiles = At(scenes, 25).tiles;
  ASSERT_THAT(tiles, SizeIs(kMostTiles));
  EXPECT_EQ(tiles[22].person, 22u);
  EXPECT_EQ(tiles[23].person, 30u);
  EXPECT_EQ(tiles[24].person, 35u);
  EXPECT_THAT(At(Scenes(LayoutKind::kSpeaker), 25).tiles, SizeIs(1 + kMostInStrip));
}

}  // namespace
}  // namespace parley::testing
