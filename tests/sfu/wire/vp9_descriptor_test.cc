#include "sfu/wire/vp9_descriptor.h"

#include <gtest/gtest.h>

#include <vector>

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;

// Non-flexible: I L B V, picture id 0x1234, layer 0, three spatial layers with sizes and a group of
// one picture that refers to the last.
const Bytes kKeyPicture{0xAA, 0x92, 0x34, 0x00, 0x07, 0x58, 0x01, 0x40, 0x00, 0xB4, 0x02, 0x80,
                        0x01, 0x68, 0x05, 0x00, 0x02, 0xD0, 0x01, 0x04, 0x01, 0xAA, 0xBB};

TEST(Vp9Descriptor, ReadsAKeyPictureWithItsStructure) {
  auto d = Vp9Descriptor::Parse(kKeyPicture);
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->key_frame());
  EXPECT_TRUE(d->frame_start);
  EXPECT_FALSE(d->frame_end);
  EXPECT_EQ(d->picture_id.value, 0x1234);
  EXPECT_EQ(d->picture_id.bits, 15);
  EXPECT_EQ(d->tl0_pic_idx.value, 7);
  ASSERT_TRUE(d->has_structure);
  EXPECT_EQ(d->spatial_layers, 3);
  ASSERT_TRUE(d->has_resolutions);
  EXPECT_EQ(d->widths[0], 320);
  EXPECT_EQ(d->heights[0], 180);
  EXPECT_EQ(d->widths[2], 1280);
  EXPECT_EQ(d->heights[2], 720);
  EXPECT_EQ(d->size, 21);
}

TEST(Vp9Descriptor, RefusesEveryTruncation) {
  for (size_t n = 0; n <= 21; ++n) {
    EXPECT_FALSE(Vp9Descriptor::Parse(std::span(kKeyPicture).first(n))) << n;
  }
  EXPECT_TRUE(Vp9Descriptor::Parse(std::span(kKeyPicture).first(22)));
}

TEST(Vp9Descriptor, ReadsLayerIndices) {
  // I L E, temporal 2 with a switching-up point, spatial 1 that depends on the layer below.
  auto d = Vp9Descriptor::Parse(Bytes{0xE4, 0x05, 0x53, 0x42, 0xAA});
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->inter_picture_predicted);
  EXPECT_FALSE(d->key_frame());
  EXPECT_TRUE(d->frame_end);
  EXPECT_EQ(d->picture_id.bits, 7);
  EXPECT_EQ(d->picture_id.value, 5);
  EXPECT_EQ(d->temporal_id, 2);
  EXPECT_TRUE(d->switching_up_point);
  EXPECT_EQ(d->spatial_id, 1);
  EXPECT_TRUE(d->inter_layer_dependent);
  EXPECT_EQ(d->tl0_pic_idx.value, 0x42);
}

TEST(Vp9Descriptor, FlexibleModeHasReferencesAndNoTl0) {
  // I P L F B, two references.
  auto d = Vp9Descriptor::Parse(Bytes{0xF8, 0x05, 0x00, 0x03, 0x08, 0xAA});
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->flexible);
  EXPECT_FALSE(d->tl0_pic_idx);
  EXPECT_EQ(d->reference_count, 2);
  EXPECT_EQ(d->reference_deltas[0], 1);
  EXPECT_EQ(d->reference_deltas[1], 4);
  EXPECT_EQ(d->size, 5);
}

TEST(Vp9Descriptor, RefusesAFourthReference) {
  EXPECT_TRUE(Vp9Descriptor::Parse(Bytes{0x50, 0x03, 0x05, 0x06, 0xAA}));
  EXPECT_FALSE(Vp9Descriptor::Parse(Bytes{0x50, 0x03, 0x05, 0x07, 0x08, 0xAA}));
}

TEST(Vp9Descriptor, ALayerAboveIsNoKeyFrame) {
  // I L B, spatial 1 of a key picture.
  auto d = Vp9Descriptor::Parse(Bytes{0xA8, 0x05, 0x03, 0x00, 0xAA});
  ASSERT_TRUE(d);
  EXPECT_FALSE(d->key_frame());
  EXPECT_FALSE(d->inter_picture_predicted);
}

TEST(Vp9Descriptor, RewritesInPlace) {
  Bytes bytes = kKeyPicture;
  auto d = *Vp9Descriptor::Parse(bytes);
  d.picture_id.Write(bytes, 0x8001);
  d.tl0_pic_idx.Write(bytes, 255);
  auto again = *Vp9Descriptor::Parse(bytes);
  EXPECT_EQ(again.picture_id.value, 1);
  EXPECT_EQ(again.tl0_pic_idx.value, 255);
  EXPECT_EQ(again.size, d.size);
}

}  // namespace
}  // namespace parley
