#pragma once

// VP9 or AV1 as a browser sends it in three spatial layers (180, 360 and 720 lines) of three
// temporal ones each, by pictures 0 2 1 2, with full or with keyed inter-layer prediction: which
// frames there are, what each refers to, its dependency descriptor and its codec's header. Every
// packet ends with a trailer that says what a receiver needs to tell whether it can decode it.

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/wire/av1_dependency_descriptor.h"
#include "sfu/wire/codec.h"

namespace parley::test {

class ScalableFrames {
 public:
  static constexpr int kLayers = 3;
  static constexpr std::array<uint16_t, kLayers> kHeights{180, 360, 720};
  static constexpr size_t kTrailer = 16;
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  struct Frame {
    uint32_t id = 0;
    int spatial = 0;
    int temporal = 0;
    bool key = false;
    std::array<uint32_t, 2> references{kNone, kNone};
    int packets = 1;
  };
  using Picture = std::array<Frame, kLayers>;

  ScalableFrames(Codec codec, bool keyed) : codec_(codec), keyed_(keyed) {}

  Picture Next(bool key) {
    if (key) phase_ = 0;
    const int temporal = std::array{0, 2, 1, 2}[static_cast<size_t>(phase_ % 4)];
    Picture picture;
    for (int s = 0; s < kLayers; ++s) {
      Frame& frame = picture[static_cast<size_t>(s)];
      frame = {.id = next_id_++, .spatial = s, .temporal = temporal, .key = key};
      if (!key) frame.references[0] = Reference(s, temporal);
      if (s > 0 && (key || !keyed_)) frame.references[1] = frame.id - 1;
    }
    for (int s = 0; temporal < 2 && s < kLayers; ++s) {
      last_[static_cast<size_t>(s)][static_cast<size_t>(temporal)] =
          picture[static_cast<size_t>(s)].id;
    }
    ++phase_;
    picture_id_ = static_cast<uint16_t>((picture_id_ + 1) & 0x7FFF);
    if (temporal == 0) ++tl0_;
    return picture;
  }

  // Of a packet of the last picture, `size` bytes with header and trailer.
  std::vector<uint8_t> Payload(const Frame& frame, bool first, bool last, size_t size) const {
    std::vector<uint8_t> payload;
    if (codec_ == Codec::kAv1) {
      // The aggregation header: N where a coded video sequence begins.
      payload.push_back(frame.key && frame.spatial == 0 && first ? 0x18 : 0x10);
    } else {
      const bool inter_layer = frame.spatial > 0 && (frame.key || !keyed_);
      payload.push_back(static_cast<uint8_t>(0xA0 | (frame.key ? 0 : 0x40) | (first ? 0x08 : 0) |
                                             (last ? 0x04 : 0)));
      payload.push_back(static_cast<uint8_t>(0x80 | picture_id_ >> 8));
      payload.push_back(static_cast<uint8_t>(picture_id_));
      payload.push_back(
          static_cast<uint8_t>(frame.temporal << 5 | frame.spatial << 1 | (inter_layer ? 1 : 0)));
      payload.push_back(tl0_);
    }
    payload.resize(std::max(size, payload.size() + 1 + kTrailer));
    uint8_t* trailer = payload.data() + payload.size() - kTrailer;
    StoreBe32(trailer, frame.id);
    StoreBe32(trailer + 4, frame.references[0]);
    StoreBe32(trailer + 8, frame.references[1]);
    StoreBe16(trailer + 12, static_cast<uint16_t>(frame.packets));
    trailer[14] = static_cast<uint8_t>(frame.spatial);
    trailer[15] = static_cast<uint8_t>(frame.temporal);
    return payload;
  }
  // What the trailer says; `key` is not in it.
  static std::optional<Frame> Read(std::span<const uint8_t> payload) {
    if (payload.size() < kTrailer) return std::nullopt;
    const uint8_t* trailer = payload.data() + payload.size() - kTrailer;
    return Frame{.id = LoadBe32(trailer),
                 .spatial = trailer[14],
                 .temporal = trailer[15],
                 .references = {LoadBe32(trailer + 4), LoadBe32(trailer + 8)},
                 .packets = LoadBe16(trailer + 12)};
  }

  std::vector<uint8_t> Descriptor(const Frame& frame, bool first, bool last) const {
    Bits bits;
    bits.Put(first, 1);
    bits.Put(last, 1);
    bits.Put(static_cast<uint32_t>(frame.spatial * kLayers + frame.temporal), 6);
    bits.Put(frame.id & 0xFFFF, 16);
    const bool structure = frame.key && frame.spatial == 0 && first;
    bits.Put(structure, 1);
    bits.Put(0, 1);  // active targets
    bits.Put(1, 1);  // indications of its own
    bits.Put(0, 2);
    if (structure) PutStructure(bits);
    for (int target = 0; target < kLayers * kLayers; ++target) {
      bits.Put(static_cast<uint32_t>(Indication(frame, target / kLayers, target % kLayers)), 2);
    }
    return bits.bytes;
  }

 private:
  struct Bits {
    void Put(uint32_t value, int n) {
      for (; n > 0; --n, ++at) {
        if (at % 8 == 0) bytes.push_back(0);
        bytes.back() |= static_cast<uint8_t>((value >> (n - 1) & 1) << (7 - at % 8));
      }
    }
    std::vector<uint8_t> bytes;
    size_t at = 0;
  };

  // The last of layer 0; the second picture of layer 2 refers to that of layer 1 between them.
  uint32_t Reference(int s, int temporal) const {
    const auto& last = last_[static_cast<size_t>(s)];
    return temporal == 2 && phase_ % 4 == 3 ? last[1] : last[0];
  }
  // What the frame is to the decode target of layers up to s and t.
  DecodeTargetIndication Indication(const Frame& frame, int s, int t) const {
    using enum DecodeTargetIndication;
    if (s < frame.spatial || t < frame.temporal) return kNotPresent;
    if (s > frame.spatial) return frame.key ? kSwitch : keyed_ ? kNotPresent : kRequired;
    if (t > frame.temporal || frame.temporal == 0) return kSwitch;
    return frame.temporal == 1 ? kRequired : kDiscardable;
  }
  static void PutStructure(Bits& bits) {
    constexpr int kTemplates = kLayers * kLayers;
    bits.Put(0, 6);  // offset of the templates
    bits.Put(kTemplates - 1, 5);
    for (int i = 0; i < kTemplates; ++i) {
      bits.Put(i == kTemplates - 1 ? 3 : i % kLayers == kLayers - 1 ? 2 : 1, 2);
    }
    for (int i = 0; i < kTemplates; ++i) {
      for (int target = 0; target < kTemplates; ++target) {
        const bool in = i / kLayers <= target / kLayers && i % kLayers <= target % kLayers;
        bits.Put(in ? 3 : 0, 2);
      }
    }
    for (int i = 0; i < kTemplates; ++i) bits.Put(0, 1);  // no references
    bits.Put(0, 3);                                       // no chains
    bits.Put(1, 1);
    for (const uint16_t height : kHeights) {
      bits.Put(static_cast<uint32_t>(height * 16 / 9 - 1), 16);
      bits.Put(height - 1u, 16);
    }
  }

  Codec codec_;
  bool keyed_;
  std::array<std::array<uint32_t, 2>, kLayers> last_{};  // by spatial and temporal layer
  uint32_t next_id_ = 65500;
  int phase_ = 0;
  uint16_t picture_id_ = 32750;
  uint8_t tl0_ = 250;
};

}  // namespace parley::test
