#include "sfu/base/bytes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace parley {
namespace {

TEST(Bytes, LoadsAndStoresAreBigEndian) {
  std::array<uint8_t, 8> b = {0xF1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(LoadBe16(b.data()), 0xF102);
  EXPECT_EQ(LoadBe24(b.data()), 0xF10203u);
  EXPECT_EQ(LoadBe32(b.data()), 0xF1020304u);
  EXPECT_EQ(LoadBe64(b.data()), 0xF102030405060708u);
  std::array<uint8_t, 8> out{};
  StoreBe64(out.data(), 0xF102030405060708u);
  EXPECT_EQ(out, b);
  StoreBe24(out.data(), 0xABCDEF);
  EXPECT_EQ(LoadBe32(out.data()), 0xABCDEF04u);
}

// The reader that succeeds on the whole fails on every prefix, at the first step that lacks bytes.
TEST(ByteReader, FailsOnEveryPrefixAndStaysFailed) {
  std::vector<uint8_t> whole(1 + 2 + 3 + 4 + 8 + 5 + 2, 0x11);
  for (size_t size = 0; size <= whole.size(); ++size) {
    std::vector<uint8_t> bytes(size, 0x11);
    ByteReader in(bytes);
    in.U8();
    in.U16();
    in.U24();
    in.U32();
    in.U64();
    std::span<const uint8_t> five = in.Bytes(5);
    in.Skip(2);
    EXPECT_EQ(in.ok(), size == whole.size()) << size;
    EXPECT_EQ(five.size(), size >= 23 ? 5u : 0u);
    if (!in.ok()) {
      EXPECT_EQ(in.U8(), 0);
    }
  }
}

TEST(ByteReader, AbsurdSizesFail) {
  std::array<uint8_t, 4> bytes{};
  ByteReader in(bytes);
  in.U8();
  EXPECT_TRUE(in.Bytes(SIZE_MAX).empty());
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.position(), 1u);
}

TEST(ByteWriter, WritesNothingOnceItFailed) {
  std::array<uint8_t, 6> out{};
  ByteWriter writer(out);
  writer.U32(0x01020304);
  writer.U24(0xFFFFFF);
  EXPECT_FALSE(writer.ok());
  writer.U8(9);
  EXPECT_EQ(writer.size(), 4u);
  EXPECT_EQ(writer.remaining(), 2u);
  EXPECT_EQ(out, (std::array<uint8_t, 6>{1, 2, 3, 4, 0, 0}));
}

TEST(ByteWriter, EveryWidthReadsBack) {
  std::array<uint8_t, 32> out;
  out.fill(0xEE);
  ByteWriter writer(out);
  writer.U8(1);
  writer.U16(0x0203);
  writer.U24(0x040506);
  writer.U32(0x0708090A);
  writer.U64(0x0B0C0D0E0F101112);
  writer.Bytes(std::array<uint8_t, 2>{0x13, 0x14});
  writer.Zeros(3);
  ASSERT_TRUE(writer.ok());
  std::vector<uint8_t> expected;
  for (uint8_t b = 1; b <= 0x14; ++b) expected.push_back(b);
  expected.insert(expected.end(), 3, 0);
  EXPECT_TRUE(std::ranges::equal(writer.written(), expected));
}

}  // namespace
}  // namespace parley
