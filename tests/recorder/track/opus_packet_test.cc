#include "recorder/track/opus_packet.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

std::optional<Duration> Of(std::vector<uint8_t> packet) { return OpusPacketDuration(packet); }

uint8_t Toc(int config, int code) { return static_cast<uint8_t>(config << 3 | code); }

TEST(OpusPacketTest, TellsTheDurationOfEachConfiguration) {
  EXPECT_EQ(Of({Toc(0, 0)}), Duration::Millis(10));
  EXPECT_EQ(Of({Toc(11, 0)}), Duration::Millis(60));
  EXPECT_EQ(Of({Toc(12, 0)}), Duration::Millis(10));
  EXPECT_EQ(Of({Toc(15, 0)}), Duration::Millis(20));
  EXPECT_EQ(Of({Toc(16, 0)}), Duration::Micros(2'500));
  EXPECT_EQ(Of({Toc(31, 0)}), Duration::Millis(20));
}

TEST(OpusPacketTest, CountsFrames) {
  EXPECT_EQ(Of({Toc(31, 1), 0, 0}), Duration::Millis(40));
  EXPECT_EQ(Of({Toc(31, 2), 1, 0, 0}), Duration::Millis(40));
  EXPECT_EQ(Of({Toc(31, 3), 6}), Duration::Millis(120));
}

TEST(OpusPacketTest, RefusesWhatIsNone) {
  EXPECT_FALSE(Of({}));
  EXPECT_FALSE(Of({Toc(31, 3)}));
  EXPECT_FALSE(Of({Toc(31, 3), 0}));
  EXPECT_FALSE(Of({Toc(31, 3), 7}));
}

}  // namespace
}  // namespace parley
