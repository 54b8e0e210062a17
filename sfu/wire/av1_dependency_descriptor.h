#pragma once

// AV1 dependency descriptor (RTP Payload Format for AV1, appendix A): which frame a packet belongs
// to, its layers, and for whom (decode targets) it is needed. Key frames bring a template structure
// that later descriptors refer to; whoever parses keeps it. Values, any thread. Bounded: 64
// templates, 32 decode targets, 4 spatial layers.

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sfu/wire/counter_field.h"

namespace parley {

enum class DecodeTargetIndication : uint8_t {
  kNotPresent = 0,
  kDiscardable = 1,
  kSwitch = 2,
  kRequired = 3,
};

// Two bits for each of up to 32 decode targets.
class DecodeTargetIndications {
 public:
  DecodeTargetIndication Get(size_t target) const {
    return static_cast<DecodeTargetIndication>(bits_ >> (2 * target) & 3);
  }
  void Set(size_t target, uint32_t indication) {
    bits_ &= ~(uint64_t{3} << (2 * target));
    bits_ |= uint64_t{indication & 3} << (2 * target);
  }
  bool operator==(const DecodeTargetIndications&) const = default;

 private:
  uint64_t bits_ = 0;
};

struct DependencyStructure {
  static constexpr size_t kMaxTemplates = 64;
  static constexpr size_t kMaxDecodeTargets = 32;
  static constexpr size_t kMaxSpatialLayers = 4;

  struct Template {
    uint8_t spatial_id = 0;
    uint8_t temporal_id = 0;
    uint8_t reference_count = 0;
    DecodeTargetIndications indications;
  };
  struct DecodeTarget {
    uint8_t spatial_id = 0;  // highest layers that it needs
    uint8_t temporal_id = 0;
  };

  uint8_t template_id_offset = 0;
  uint8_t template_count = 0;
  uint8_t decode_target_count = 0;
  uint8_t chain_count = 0;
  uint8_t spatial_layers = 0;
  bool has_resolutions = false;
  std::array<Template, kMaxTemplates> templates;
  std::array<DecodeTarget, kMaxDecodeTargets> decode_targets;
  std::array<uint16_t, kMaxSpatialLayers> widths{};
  std::array<uint16_t, kMaxSpatialLayers> heights{};
};

struct DependencyDescriptor {
  bool start_of_frame = false;
  bool end_of_frame = false;
  uint8_t template_id = 0;
  uint16_t frame_number = 0;

  bool has_structure = false;  // `structure` was replaced: a coded video sequence begins
  // Where the bits of active_decode_targets stand or, without `has_active_bits`, would.
  uint16_t active_bits_at = 0;
  bool has_active_bits = false;
  std::optional<uint32_t> active_decode_targets;
  uint8_t spatial_id = 0;
  uint8_t temporal_id = 0;
  uint8_t reference_count = 0;  // frames that this one refers to
  DecodeTargetIndications indications;

  // Where frame_number stands in every descriptor, known without its structure. Absent in one that
  // is cut short.
  static CounterField FrameNumberField(std::span<const uint8_t> data) {
    if (data.size() < 3) return {};
    return {1, LoadBe16(data.data() + 1), 16};
  }

  // Writes `data` anew with `active` as its active decode targets, whether it had any before; its
  // structure has `count` of them and `at` is active_bits_at. What was written; nothing where `out`
  // has too little room (two bytes more than `data`, and one for each eight targets).
  static std::span<uint8_t> WithActiveTargets(std::span<const uint8_t> data, uint16_t at,
                                              bool has_active_bits, uint8_t count, uint32_t active,
                                              std::span<uint8_t> out);

  // Replaces `structure` when the descriptor brings one. Nothing when it is cut short, breaks a
  // bound, or needs a structure (or a template) that is not there; `structure` is then untouched.
  static std::optional<DependencyDescriptor> Parse(std::span<const uint8_t> data,
                                                   std::optional<DependencyStructure>& structure);
};

}  // namespace parley
