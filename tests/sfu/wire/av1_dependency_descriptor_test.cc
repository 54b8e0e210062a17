#include "sfu/wire/av1_dependency_descriptor.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sfu/wire/av1_aggregation_header.h"

namespace parley {
namespace {

using Bytes = std::vector<uint8_t>;
using Indication = DecodeTargetIndication;

class BitWriter {
 public:
  BitWriter& Bits(uint32_t value, int n) {
    for (int i = n - 1; i >= 0; --i) {
      if (used_ % 8 == 0) bytes_.push_back(0);
      bytes_.back() |= static_cast<uint8_t>((value >> i & 1) << (7 - used_ % 8));
      ++used_;
    }
    return *this;
  }
  Bytes bytes() const { return bytes_; }

 private:
  Bytes bytes_;
  int used_ = 0;
};

BitWriter Mandatory(bool start, bool end, int template_id, int frame_number) {
  BitWriter w;
  w.Bits(start, 1).Bits(end, 1).Bits(static_cast<uint32_t>(template_id), 6);
  w.Bits(static_cast<uint32_t>(frame_number), 16);
  return w;
}

// L2T1 with keyed prediction: templates 5 (key, S0), 6 (delta, S0), 7 (key, S1), 8 (delta, S1);
// target 0 is S0, target 1 is S1, which needs S0 on key frames only.
Bytes KeyDescriptor(int frame_number = 0xFFF0) {
  BitWriter w = Mandatory(true, false, 5, frame_number);
  w.Bits(1, 1).Bits(0, 4);  // a structure; no active targets, nothing custom
  w.Bits(5, 6).Bits(1, 5);  // template_id_offset, two targets
  w.Bits(0, 2).Bits(2, 2).Bits(0, 2).Bits(3, 2);
  w.Bits(2, 2).Bits(2, 2).Bits(2, 2).Bits(0, 2).Bits(0, 2).Bits(2, 2).Bits(0, 2).Bits(2, 2);
  w.Bits(0, 1);
  w.Bits(1, 1).Bits(1, 4).Bits(0, 1);
  w.Bits(1, 1).Bits(0, 4).Bits(0, 1);
  w.Bits(1, 1).Bits(1, 4).Bits(0, 1);
  w.Bits(3, 2);             // ns(3): 2 chains
  w.Bits(0, 1).Bits(1, 1);  // target i is protected by chain i, ns(2)
  for (int i = 0; i < 8; ++i) w.Bits(1, 4);
  w.Bits(1, 1);
  w.Bits(639, 16).Bits(359, 16).Bits(1279, 16).Bits(719, 16);
  return w.bytes();
}

TEST(DependencyDescriptor, ReadsAStructure) {
  std::optional<DependencyStructure> structure;
  auto d = DependencyDescriptor::Parse(KeyDescriptor(), structure);
  ASSERT_TRUE(d);
  EXPECT_TRUE(d->start_of_frame);
  EXPECT_FALSE(d->end_of_frame);
  EXPECT_TRUE(d->has_structure);
  EXPECT_EQ(d->frame_number, 0xFFF0);
  EXPECT_EQ(d->spatial_id, 0);
  EXPECT_EQ(d->reference_count, 0);
  EXPECT_EQ(d->active_decode_targets, 3u);
  EXPECT_EQ(d->indications.Get(0), Indication::kSwitch);
  EXPECT_EQ(d->indications.Get(1), Indication::kSwitch);
  ASSERT_TRUE(structure);
  EXPECT_EQ(structure->template_count, 4);
  EXPECT_EQ(structure->decode_target_count, 2);
  EXPECT_EQ(structure->chain_count, 2);
  EXPECT_EQ(structure->spatial_layers, 2);
  EXPECT_EQ(structure->decode_targets[0].spatial_id, 0);
  EXPECT_EQ(structure->decode_targets[1].spatial_id, 1);
  EXPECT_EQ(structure->widths[1], 1280);
  EXPECT_EQ(structure->heights[0], 360);
  EXPECT_EQ(structure->heights[1], 720);
}

TEST(DependencyDescriptor, LaterOnesReferToIt) {
  std::optional<DependencyStructure> structure;
  ASSERT_TRUE(DependencyDescriptor::Parse(KeyDescriptor(), structure));
  Bytes delta = Mandatory(true, true, 6, 2).bytes();
  auto d = DependencyDescriptor::Parse(delta, structure);
  ASSERT_TRUE(d);
  EXPECT_FALSE(d->has_structure);
  EXPECT_EQ(d->spatial_id, 0);
  EXPECT_EQ(d->reference_count, 1);
  EXPECT_EQ(d->indications.Get(0), Indication::kSwitch);
  EXPECT_EQ(d->indications.Get(1), Indication::kNotPresent);
  auto upper = DependencyDescriptor::Parse(Mandatory(true, true, 8, 3).bytes(), structure);
  ASSERT_TRUE(upper);
  EXPECT_EQ(upper->spatial_id, 1);
}

TEST(DependencyDescriptor, ReadsActiveTargetsAndCustomParts) {
  std::optional<DependencyStructure> structure;
  ASSERT_TRUE(DependencyDescriptor::Parse(KeyDescriptor(), structure));
  BitWriter w = Mandatory(true, true, 6, 4);
  w.Bits(0, 1).Bits(1, 1).Bits(1, 1).Bits(1, 1).Bits(1, 1);
  w.Bits(1, 2);             // active: S0 alone
  w.Bits(1, 2).Bits(3, 2);  // discardable, required
  w.Bits(1, 2).Bits(7, 4).Bits(2, 2).Bits(200, 8).Bits(0, 2);
  w.Bits(9, 8).Bits(8, 8);  // chains
  auto d = DependencyDescriptor::Parse(w.bytes(), structure);
  ASSERT_TRUE(d);
  EXPECT_EQ(d->active_decode_targets, 1u);
  EXPECT_EQ(d->indications.Get(0), Indication::kDiscardable);
  EXPECT_EQ(d->indications.Get(1), Indication::kRequired);
  EXPECT_EQ(d->reference_count, 2);
  Bytes cut = w.bytes();
  cut.pop_back();
  EXPECT_FALSE(DependencyDescriptor::Parse(cut, structure));
}

TEST(DependencyDescriptor, RefusesEveryTruncationAndKeepsWhatItKnew) {
  Bytes whole = KeyDescriptor();
  for (size_t n = 0; n < whole.size(); ++n) {
    std::optional<DependencyStructure> structure;
    EXPECT_FALSE(DependencyDescriptor::Parse(std::span(whole).first(n), structure)) << n;
    EXPECT_FALSE(structure) << n;
  }
}

TEST(DependencyDescriptor, NeedsItsStructureAndTemplate) {
  std::optional<DependencyStructure> structure;
  Bytes delta = Mandatory(true, true, 6, 2).bytes();
  EXPECT_FALSE(DependencyDescriptor::Parse(delta, structure));
  ASSERT_TRUE(DependencyDescriptor::Parse(KeyDescriptor(), structure));
  EXPECT_FALSE(DependencyDescriptor::Parse(Mandatory(true, true, 9, 2).bytes(), structure));
  EXPECT_FALSE(DependencyDescriptor::Parse(Mandatory(true, true, 4, 2).bytes(), structure));
}

TEST(DependencyDescriptor, BoundsItsTemplates) {
  BitWriter w = Mandatory(true, true, 0, 1);
  w.Bits(1, 1).Bits(0, 4).Bits(0, 6).Bits(0, 5);
  for (int i = 0; i < 200; ++i) w.Bits(0, 2);  // a template more, for ever
  std::optional<DependencyStructure> structure;
  EXPECT_FALSE(DependencyDescriptor::Parse(w.bytes(), structure));

  BitWriter layers = Mandatory(true, true, 0, 1);
  layers.Bits(1, 1).Bits(0, 4).Bits(0, 6).Bits(0, 5);
  for (int i = 0; i < 4; ++i) layers.Bits(2, 2);  // a fifth spatial layer
  layers.Bits(0, 32).Bits(0, 32);
  EXPECT_FALSE(DependencyDescriptor::Parse(layers.bytes(), structure));
}

TEST(DependencyDescriptor, RewritesTheFrameNumberInPlace) {
  Bytes bytes = KeyDescriptor();
  std::optional<DependencyStructure> structure;
  auto d = *DependencyDescriptor::Parse(bytes, structure);
  DependencyDescriptor::FrameNumberField(bytes).Write(bytes, 5);
  auto again = *DependencyDescriptor::Parse(bytes, structure);
  EXPECT_EQ(again.frame_number, 5);
  EXPECT_EQ(again.template_id, d.template_id);
  EXPECT_TRUE(again.start_of_frame);
  EXPECT_FALSE(DependencyDescriptor::FrameNumberField(std::span(bytes).first(2)));
}

TEST(DependencyDescriptor, NamesOtherActiveTargetsAndLeavesTheRest) {
  std::optional<DependencyStructure> structure;
  const auto renamed = [&](const Bytes& bytes, uint32_t active) {
    const auto d = *DependencyDescriptor::Parse(bytes, structure);
    std::array<uint8_t, 64> room;
    const auto out = DependencyDescriptor::WithActiveTargets(
        bytes, d.active_bits_at, d.has_active_bits, structure->decode_target_count, active, room);
    const auto again = DependencyDescriptor::Parse(out, structure);
    EXPECT_TRUE(again);
    EXPECT_TRUE(again->has_active_bits);
    EXPECT_EQ(again->active_decode_targets, active);
    EXPECT_EQ(again->start_of_frame, d.start_of_frame);
    EXPECT_EQ(again->frame_number, d.frame_number);
    EXPECT_EQ(again->indications, d.indications);
    EXPECT_EQ(again->reference_count, d.reference_count);
    EXPECT_EQ(again->has_structure, d.has_structure);
    return Bytes(out.begin(), out.end());
  };
  // Behind a structure, into a descriptor of three bytes, in place, and before something custom.
  EXPECT_EQ(renamed(KeyDescriptor(), 1).size(), KeyDescriptor().size() + 1);
  EXPECT_EQ(structure->heights[1], 720);
  const Bytes plain = Mandatory(true, true, 8, 7).bytes();
  const Bytes named = renamed(plain, 2);
  EXPECT_EQ(named.size(), 4u);
  EXPECT_EQ(renamed(named, 1).size(), 4u);
  const Bytes custom = Mandatory(false, true, 8, 7)
                           .Bits(0b00110, 5)
                           .Bits(0b1011, 4)
                           .Bits(1, 2)
                           .Bits(3, 4)
                           .Bits(0, 2)
                           .bytes();
  EXPECT_EQ(renamed(custom, 1), renamed(renamed(custom, 2), 1));
  std::array<uint8_t, 4> small;
  EXPECT_TRUE(DependencyDescriptor::WithActiveTargets(plain, 29, false, 2, 1, small).empty());
  EXPECT_TRUE(DependencyDescriptor::WithActiveTargets(Bytes{1, 2}, 29, false, 2, 1, small).empty());
}

TEST(Av1AggregationHeader, ReadsItsBits) {
  auto h = Av1AggregationHeader::Parse(Bytes{0x28, 0x0A});
  ASSERT_TRUE(h);
  EXPECT_TRUE(h->new_sequence);
  EXPECT_EQ(h->obu_count, 2);
  EXPECT_FALSE(h->continues_fragment);
  EXPECT_TRUE(Av1AggregationHeader::Parse(Bytes{0xC0})->ends_in_fragment);
  EXPECT_FALSE(Av1AggregationHeader::Parse({}));
  EXPECT_FALSE(Av1AggregationHeader::Parse(Bytes{0x88})) << "Z and N together";
}

}  // namespace
}  // namespace parley
