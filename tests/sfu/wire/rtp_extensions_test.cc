#include "sfu/wire/rtp_extensions.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "tests/sfu/wire/wire_test_util.h"

namespace parley {
namespace {

TEST(HeaderExtension, UrisAndKindsAreOneToOne) {
  std::set<std::string_view> uris;
  for (int i = 0; i < kHeaderExtensionKinds; ++i) {
    auto kind = static_cast<HeaderExtension>(i);
    uris.insert(HeaderExtensionUri(kind));
    EXPECT_EQ(HeaderExtensionFromUri(HeaderExtensionUri(kind)), kind);
  }
  EXPECT_EQ(uris.size(), static_cast<size_t>(kHeaderExtensionKinds));
  EXPECT_FALSE(HeaderExtensionFromUri("urn:3gpp:video-orientation"));
  EXPECT_FALSE(HeaderExtensionFromUri(""));
}

TEST(ExtensionMap, GoesBothWays) {
  HeaderExtensionIds ids;
  for (int i = 0; i < kHeaderExtensionKinds; ++i) {
    ids.Set(static_cast<HeaderExtension>(i), static_cast<uint8_t>(200 + i));
  }
  ids.transport_cc = 0;
  ExtensionMap map(ids);
  EXPECT_EQ(ids.mid, 200);
  EXPECT_EQ(ids.Get(HeaderExtension::kDependencyDescriptor), 207);
  for (int i = 0; i < kHeaderExtensionKinds; ++i) {
    auto kind = static_cast<HeaderExtension>(i);
    EXPECT_EQ(map.IdOf(kind), ids.Get(kind));
    if (kind != HeaderExtension::kTransportCc) {
      EXPECT_EQ(map.KindOf(ids.Get(kind)), kind);
    }
  }
  EXPECT_FALSE(map.KindOf(0));
  EXPECT_FALSE(map.KindOf(1));
  EXPECT_EQ(ExtensionMap().IdOf(HeaderExtension::kMid), 0);
}

TEST(HeaderExtension, MidAndRidOfOneToSixteenBytes) {
  EXPECT_FALSE(ReadMid({}));
  EXPECT_EQ(ReadMid(FromHex("6130"))->view(), "a0");
  EXPECT_EQ(ReadRid(std::vector<uint8_t>(16, 'h'))->view(), std::string(16, 'h'));
  EXPECT_FALSE(ReadRid(std::vector<uint8_t>(17, 'h')));
}

TEST(HeaderExtension, AudioLevelRoundTrips) {
  for (int byte = 0; byte < 256; ++byte) {
    std::array<uint8_t, 1> in = {static_cast<uint8_t>(byte)};
    std::optional<AudioLevel> level = ReadAudioLevel(in);
    ASSERT_TRUE(level);
    EXPECT_EQ(level->voice, byte >= 128);
    EXPECT_EQ(level->level, byte & 127);
    std::array<uint8_t, 1> out;
    WriteAudioLevel(*level, out);
    EXPECT_EQ(out, in);
  }
  EXPECT_FALSE(ReadAudioLevel({}));
  EXPECT_FALSE(ReadAudioLevel(FromHex("0102")));
}

TEST(HeaderExtension, AbsSendTimeIsSixPointEighteenAndWraps) {
  EXPECT_EQ(AbsSendTimeFrom(Timestamp::Seconds(1)), 1u << 18);
  EXPECT_EQ(AbsSendTimeFrom(Timestamp::Millis(500)), 1u << 17);
  EXPECT_EQ(AbsSendTimeFrom(Timestamp::Seconds(64)), 0u);
  EXPECT_EQ(AbsSendTimeFrom(Timestamp::Seconds(64'000'000'001)), 1u << 18);
  EXPECT_EQ(AbsSendTimeFrom(Timestamp::Micros(63'999'999)), 0xFFFFFFu);
  std::array<uint8_t, 3> bytes;
  WriteAbsSendTime(0xABCDEF, bytes);
  EXPECT_EQ(ReadAbsSendTime(bytes), 0xABCDEFu);
  EXPECT_FALSE(ReadAbsSendTime(FromHex("abcd")));
  EXPECT_FALSE(ReadAbsSendTime(FromHex("abcdef01")));
}

TEST(HeaderExtension, TransportSequenceOfBothVersions) {
  std::array<uint8_t, 2> bytes;
  WriteTransportSequence(SeqNum(0xFFFE), bytes);
  EXPECT_EQ(ReadTransportSequence(bytes), SeqNum(0xFFFE));
  EXPECT_EQ(ReadTransportSequence(FromHex("12348001")), SeqNum(0x1234));
  EXPECT_FALSE(ReadTransportSequence(FromHex("12")));
  EXPECT_FALSE(ReadTransportSequence(FromHex("123456")));
}

TEST(HeaderExtension, AbsCaptureTimeWithAndWithoutOffset) {
  std::array<uint8_t, kAbsCaptureTimeWithOffsetSize> bytes;
  AbsCaptureTime plain{0xE1234567'89ABCDEF, std::nullopt};
  EXPECT_EQ(WriteAbsCaptureTime(plain, bytes).size(), kAbsCaptureTimeSize);
  EXPECT_EQ(ReadAbsCaptureTime(WriteAbsCaptureTime(plain, bytes)), plain);
  AbsCaptureTime shifted{1, -5};
  EXPECT_EQ(ReadAbsCaptureTime(WriteAbsCaptureTime(shifted, bytes)), shifted);
  for (size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(ReadAbsCaptureTime(std::vector<uint8_t>(size)).has_value(), size == 8 || size == 16);
  }
}

}  // namespace
}  // namespace parley
