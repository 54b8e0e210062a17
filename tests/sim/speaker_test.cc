// Whose picture a link that cannot carry all of them is spent on: of several that are wanted alike
// it is that of who speaks.

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <iostream>

#include "tests/sim/world.h"

namespace parley::sim {
namespace {

constexpr uint64_t kSeed = 20261130;
constexpr uint8_t kSpeaks = 20;
constexpr uint8_t kSilent = 127;

// Three with microphones and cameras of 150, 500 and 1,500 kbit/s, and one who watches them in
// tiles of one size, on another core than some.
class Gallery {
 public:
  explicit Gallery(int64_t kbps) {
    for (size_t i = 0; i < 3; ++i) {
      world_.Join({.microphone = true, .camera = true, .camera_layers = 3}, i % 2);
    }
    LinkProfile link;
    link.capacity = Bitrate::Kbps(kbps);
    viewer_ = world_.Join({.video_slots = 3, .transport_cc = true}, 1, {}, link);
    for (size_t i = 0; i < 3; ++i) world_.Show(viewer_, static_cast<int>(i), i, 360);
  }

  void LetSpeak(size_t speaker) {
    for (size_t i = 0; i < 3; ++i) world_.member(i).SetLevel(i == speaker ? kSpeaks : kSilent);
  }
  // What came of each picture in so many seconds, by packets.
  std::array<uint64_t, 3> Run(int seconds) {
    std::array<uint64_t, 3> came{};
    for (size_t i = 0; i < 3; ++i) came[i] = Packets(i);
    world_.Run(Duration::Seconds(seconds));
    for (size_t i = 0; i < 3; ++i) came[i] = Packets(i) - came[i];
    std::cout << "packets of each in " << seconds << " s: " << came[0] << ", " << came[1] << ", "
              << came[2] << "\n";
    return came;
  }

 private:
  uint64_t Packets(size_t i) {
    SimMember& viewer = world_.member(viewer_);
    return viewer.slot(viewer.video_slot(static_cast<int>(i))).packets();
  }

  World world_{kSeed, 2};
  size_t viewer_ = 0;
};

TEST(Speaker, IsTheOneWhosePictureIsLargerWhereOneFits) {
  for (const size_t speaker : {0u, 1u, 2u}) {
    Gallery gallery(1000);
    gallery.LetSpeak(speaker);
    gallery.Run(15);
    const auto came = gallery.Run(10);
    for (size_t i = 0; i < 3; ++i) {
      if (i != speaker) EXPECT_GT(came[speaker], came[i] * 3 / 2) << speaker;
    }
  }
}

TEST(Speaker, IsNotTheOneWhoIsPaused) {
  for (const size_t speaker : {0u, 1u, 2u}) {
    Gallery gallery(350);
    gallery.LetSpeak(speaker);
    gallery.Run(20);
    const auto came = gallery.Run(10);
    EXPECT_GE(came[speaker], 250u) << "25 pictures a second";
  }
}

TEST(Speaker, TakesTheLargerPictureOverAndOthersLoseNoneByIt) {
  Gallery gallery(1000);
  gallery.LetSpeak(0);
  gallery.Run(20);
  gallery.LetSpeak(2);
  gallery.Run(10);
  const auto came = gallery.Run(10);
  EXPECT_GT(came[2], came[0] * 3 / 2);
  for (const uint64_t packets : came) EXPECT_GE(packets, 280u);
}

}  // namespace
}  // namespace parley::sim
