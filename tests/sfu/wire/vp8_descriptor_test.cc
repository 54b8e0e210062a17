#include "sfu/wire/vp8_descriptor.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// The first packet of a 1280x720 key frame with a 15-bit picture id, TL0PICIDX and layer indices,
// as Chromium sends it.
const Bytes kKeyFrame{0x90, 0xE0, 0xD2, 0x34, 0x5A, 0x20, 0x10, 0x02, 0x00,
                      0x9D, 0x01, 0x2A, 0x00, 0x05, 0xD0, 0x02, 0x11};

TEST(Vp8Descriptor, ReadsAKeyFrame) {
  auto d = Vp8Descriptor::Parse(kKeyFrame);
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->frame_start());
  EXPECT_TRUE(d->key_frame);
  EXPECT_EQ(d->size, 6);
  EXPECT_EQ(d->picture_id.bits, 15);
  EXPECT_EQ(d->picture_id.value, 0x5234);
  EXPECT_EQ(d->picture_id.offset, 2);
  EXPECT_EQ(d->tl0_pic_idx.value, 0x5A);
  EXPECT_EQ(d->temporal_id, 0);
  EXPECT_TRUE(d->layer_sync);
  EXPECT_EQ(d->width, 1280);
  EXPECT_EQ(d->height, 720);
}

TEST(Vp8Descriptor, ReadsTheSmallestDescriptor) {
  auto d = Vp8Descriptor::Parse(Bytes{0x10, 0x11, 0, 0});
  ASSERT_TRUE(d);
  EXPECT_EQ(d->size, 1);
  EXPECT_TRUE(d->frame_start());
  EXPECT_FALSE(d->key_frame) << "P is set";
  EXPECT_FALSE(d->picture_id);
  EXPECT_FALSE(d->tl0_pic_idx);
  EXPECT_FALSE(d->temporal_id);
}

TEST(Vp8Descriptor, OnlyTheFirstPacketOfAFrameTellsAKeyFrame) {
  EXPECT_FALSE(Vp8Descriptor::Parse(Bytes{0x00, 0x10, 0, 0})->key_frame) << "no start";
  EXPECT_FALSE(Vp8Descriptor::Parse(Bytes{0x11, 0x10, 0, 0})->key_frame) << "second partition";
  EXPECT_TRUE(Vp8Descriptor::Parse(Bytes{0x10, 0x10, 0, 0})->key_frame);
}

TEST(Vp8Descriptor, ReadsAShortPictureId) {
  auto d = Vp8Descriptor::Parse(Bytes{0x80, 0x80, 0x7F, 0xAA});
  ASSERT_TRUE(d);
  EXPECT_EQ(d->picture_id.bits, 7);
  EXPECT_EQ(d->picture_id.value, 0x7F);
}

TEST(Vp8Descriptor, KeyIndexAloneBringsNoTemporalId) {
  auto d = Vp8Descriptor::Parse(Bytes{0x80, 0x10, 0xC3, 0xAA});
  ASSERT_TRUE(d);
  EXPECT_FALSE(d->temporal_id);
  EXPECT_EQ(d->size, 3);
}

TEST(Vp8Descriptor, RefusesEveryTruncationOfTheDescriptor) {
  for (size_t n = 0; n <= 6; ++n) {
    EXPECT_FALSE(Vp8Descriptor::Parse(std::span(kKeyFrame).first(n))) << n;
  }
  for (size_t n = 7; n < 16; ++n) {
    auto d = Vp8Descriptor::Parse(std::span(kKeyFrame).first(n));
    ASSERT_TRUE(d) << n;
    EXPECT_TRUE(d->key_frame);
    EXPECT_EQ(d->height, 0) << "the size is not all there";
  }
}

TEST(Vp8Descriptor, WithoutAStartCodeThereIsNoSize) {
  Bytes bytes = kKeyFrame;
  bytes[9] = 0;
  EXPECT_EQ(Vp8Descriptor::Parse(bytes)->height, 0);
}

TEST(Vp8Descriptor, RewritesInPlace) {
  Bytes bytes = kKeyFrame;
  auto d = *Vp8Descriptor::Parse(bytes);
  d.picture_id.Write(bytes, 0xFFFF);
  d.tl0_pic_idx.Write(bytes, 0x100);
  auto again = *Vp8Descriptor::Parse(bytes);
  EXPECT_EQ(again.picture_id.value, 0x7FFF);
  EXPECT_EQ(again.picture_id.bits, 15);
  EXPECT_EQ(again.tl0_pic_idx.value, 0);
  EXPECT_EQ(again.height, 720);

  Bytes small{0x80, 0x80, 0x7F, 0xAA};
  Vp8Descriptor::Parse(small)->picture_id.Write(small, 0x80);
  EXPECT_EQ(small, (Bytes{0x80, 0x80, 0x00, 0xAA})) << "wraps at seven bits";
}

TEST(CounterField, AnAbsentFieldWritesNothing) {
  Bytes bytes{1, 2, 3};
  CounterField().Write(bytes, 77);
  EXPECT_EQ(bytes, (Bytes{1, 2, 3}));
}

TEST(CounterField, WritesSixteenBits) {
  Bytes bytes{1, 2, 3};
  CounterField{1, 0, 16}.Write(bytes, 0xABCD);
  EXPECT_EQ(bytes, (Bytes{1, 0xAB, 0xCD}));
}

}  // namespace
}  // namespace parley
