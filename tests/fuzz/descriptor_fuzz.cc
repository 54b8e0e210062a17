// Codec payload descriptors: no read outside the input, and a number written in place reads back
// without changing anything else. The first byte chooses the format.

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <vector>

#include "sfu/wire/av1_aggregation_header.h"
#include "sfu/wire/av1_dependency_descriptor.h"
#include "sfu/wire/h264_payload.h"
#include "sfu/wire/opus_red.h"
#include "sfu/wire/vp8_descriptor.h"
#include "sfu/wire/vp9_descriptor.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;

namespace {

template <class Descriptor>
void CheckPictures(std::span<const uint8_t> payload) {
  auto d = Descriptor::Parse(payload);
  if (!d) return;
  FUZZ_CHECK(d->size < payload.size());
  std::vector<uint8_t> copy(payload.begin(), payload.end());
  auto moved = static_cast<uint16_t>(d->picture_id.value + 12345);
  d->picture_id.Write(copy, moved);
  d->tl0_pic_idx.Write(copy, static_cast<uint16_t>(d->tl0_pic_idx.value + 77));
  auto again = Descriptor::Parse(copy);
  FUZZ_CHECK(again && again->size == d->size);
  FUZZ_CHECK(again->picture_id.value == (moved & d->picture_id.mask()));
  d->picture_id.Write(copy, d->picture_id.value);
  d->tl0_pic_idx.Write(copy, d->tl0_pic_idx.value);
  FUZZ_CHECK(std::ranges::equal(copy, payload));
}

void CheckRed(std::span<const uint8_t> payload) {
  auto red = RedView::Parse(payload);
  if (!red) return;
  size_t bytes = 0;
  for (size_t i = 0; i < red->block_count(); ++i) bytes += red->block(i).data.size();
  FUZZ_CHECK(bytes + 4 * (red->block_count() - 1) + 1 == payload.size());
  FUZZ_CHECK(red->primary_offset() + red->primary().data.size() == payload.size());
}

// A series of descriptors, each led by its length, as one stream has them.
void CheckDependencyDescriptors(std::span<const uint8_t> data) {
  std::optional<DependencyStructure> structure;
  while (!data.empty()) {
    size_t size = std::min<size_t>(data[0], data.size() - 1);
    std::vector<uint8_t> one(data.begin() + 1, data.begin() + 1 + static_cast<ptrdiff_t>(size));
    data = data.subspan(1 + size);
    auto d = DependencyDescriptor::Parse(one, structure);
    if (!d) continue;
    FUZZ_CHECK(structure.has_value());
    FUZZ_CHECK(d->spatial_id < DependencyStructure::kMaxSpatialLayers);
    DependencyDescriptor::FrameNumberField(one).Write(one,
                                                      static_cast<uint16_t>(d->frame_number + 1));
    auto again = DependencyDescriptor::Parse(one, structure);
    FUZZ_CHECK(again && again->frame_number == static_cast<uint16_t>(d->frame_number + 1));
    FUZZ_CHECK(again->indications == d->indications);

    const uint8_t count = structure->decode_target_count;
    const uint32_t active = 0x5A5A5A5A & static_cast<uint32_t>((uint64_t{1} << count) - 1);
    std::array<uint8_t, 300> room;
    const auto named = DependencyDescriptor::WithActiveTargets(
        one, again->active_bits_at, again->has_active_bits, count, active, room);
    FUZZ_CHECK(!named.empty());
    auto renamed = DependencyDescriptor::Parse(named, structure);
    FUZZ_CHECK(renamed && renamed->active_decode_targets == active);
    FUZZ_CHECK(renamed->indications == d->indications);
    FUZZ_CHECK(renamed->frame_number == again->frame_number);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  std::vector<uint8_t> payload(data + 1, data + size);
  switch (data[0] % 6) {
    case 0:
      CheckPictures<Vp8Descriptor>(payload);
      break;
    case 1:
      CheckPictures<Vp9Descriptor>(payload);
      break;
    case 2:
      H264Payload::Parse(payload);
      break;
    case 3:
      CheckRed(payload);
      break;
    case 4:
      CheckDependencyDescriptors(payload);
      break;
    default:
      Av1AggregationHeader::Parse(payload);
      break;
  }
  return 0;
}
