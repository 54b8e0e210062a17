#include "sfu/forward/payload_parser.h"

#include <algorithm>

#include "sfu/wire/av1_aggregation_header.h"
#include "sfu/wire/h264_payload.h"
#include "sfu/wire/opus_red.h"
#include "sfu/wire/vp8_descriptor.h"
#include "sfu/wire/vp9_descriptor.h"

namespace parley {
namespace {

constexpr uint8_t kAllTemporal = 7;

constexpr uint8_t From(uint8_t layer) { return static_cast<uint8_t>(kAllLayers << layer); }

}  // namespace

bool PayloadParser::Parse(const RtpView& packet, uint8_t dependency_descriptor_id,
                          PacketMeta& meta) {
  bool ok = true;
  unreadable_ = false;
  switch (meta.codec.codec) {
    case Codec::kOpus:
      break;
    case Codec::kTelephoneEvent:
      meta.needed_by = 0;
      break;
    case Codec::kRed:
      ok = ParseRed(packet, meta);
      break;
    case Codec::kVp8:
      ok = ParseVp8(packet, dependency_descriptor_id, meta);
      break;
    case Codec::kVp9:
      ok = ParseVp9(packet, dependency_descriptor_id, meta);
      break;
    case Codec::kH264:
      ok = ParseH264(packet, dependency_descriptor_id, meta);
      break;
    case Codec::kAv1:
      ok = ParseAv1(packet, dependency_descriptor_id, meta);
      break;
  }
  if (meta.seq > last_seq_) {
    last_seq_ = meta.seq;
    last_marker_ = meta.marker;
    last_timestamp_ = meta.timestamp;
  }
  unreadable_ |= !ok;
  return ok;
}

bool PayloadParser::FollowsFrameEnd(const PacketMeta& meta) const {
  if (meta.seq != last_seq_ + 1) return false;
  return last_marker_ || !(last_timestamp_ == meta.timestamp);
}

bool PayloadParser::ParseRed(const RtpView& packet, PacketMeta& meta) {
  auto red = RedView::Parse(packet.payload());
  if (!red) return false;
  meta.red_primary_offset = static_cast<uint16_t>(red->primary_offset());
  return true;
}

bool PayloadParser::ParseVp8(const RtpView& packet, uint8_t dependency_descriptor_id,
                             PacketMeta& meta) {
  auto d = Vp8Descriptor::Parse(packet.payload());
  if (!d) return false;
  meta.frame_start = d->frame_start();
  meta.frame_end = meta.marker;
  meta.key_frame = d->key_frame;
  meta.entry_to = d->key_frame ? kAllLayers : 0;
  meta.temporal_id = d->temporal_id.value_or(0);
  meta.temporal_sync = d->layer_sync;
  meta.temporal_entry = meta.temporal_id;
  meta.picture = d->picture_id;
  meta.tl0 = d->tl0_pic_idx;
  if (d->height != 0) meta.height = heights_[0] = d->height;
  // Chromium leaves everything out of VP8's own descriptor that this one says.
  if (const auto dd = ReadDescriptor(packet, dependency_descriptor_id, meta)) {
    UseTemporalLayers(*dd, meta);
  }
  return true;
}

std::optional<DependencyDescriptor> PayloadParser::ReadDescriptor(const RtpView& packet, uint8_t id,
                                                                  PacketMeta& meta) {
  const auto element = packet.FindExtension(id);
  if (!element) return std::nullopt;
  const auto d = DependencyDescriptor::Parse(*element, structure_);
  if (!d) {
    unreadable_ = true;
    return std::nullopt;
  }
  if (d->has_structure) {
    decode_targets_ = {};
    const auto count = static_cast<size_t>(structure_->decode_target_count);
    if (count <= DecodeTargets::kMost) decode_targets_.count = static_cast<uint8_t>(count);
    for (size_t i = 0; i < decode_targets_.count; ++i) {
      const auto& target = structure_->decode_targets[i];
      decode_targets_.Set(i, target.spatial_id, target.temporal_id);
    }
  }
  if (d->active_decode_targets) active_decode_targets_ = *d->active_decode_targets;
  meta.decode_targets = decode_targets_;
  meta.decode_targets.has_mask = d->has_active_bits;
  meta.decode_targets.mask_at = d->active_bits_at;
  meta.decode_targets.active = static_cast<uint16_t>(active_decode_targets_);
  return d;
}

// Of the decode targets of the frame's own spatial layer, those that may be begun with the frame.
// One that reaches no higher than the frame says that the frame itself needs nothing of the frames
// of its temporal layer before it.
void PayloadParser::UseTemporalLayers(const DependencyDescriptor& d, PacketMeta& meta) const {
  meta.temporal_id = d.temporal_id;
  meta.temporal_entry = d.temporal_id;
  meta.temporal_sync = false;
  for (size_t i = 0; i < structure_->decode_target_count; ++i) {
    const auto& target = structure_->decode_targets[i];
    if (target.spatial_id != d.spatial_id) continue;
    if (d.indications.Get(i) != DecodeTargetIndication::kSwitch) continue;
    meta.temporal_entry = std::max(meta.temporal_entry, target.temporal_id);
    meta.temporal_sync |= target.temporal_id == d.temporal_id;
  }
}

bool PayloadParser::ParseVp9(const RtpView& packet, uint8_t dependency_descriptor_id,
                             PacketMeta& meta) {
  auto d = Vp9Descriptor::Parse(packet.payload());
  if (!d) return false;
  meta.frame_start = d->frame_start;
  meta.frame_end = d->frame_end;
  meta.key_frame = d->key_frame();
  meta.spatial_id = d->spatial_id;
  meta.temporal_id = d->temporal_id;
  meta.temporal_entry = d->switching_up_point ? kAllTemporal : d->temporal_id;
  meta.needed_by = From(d->spatial_id);
  // A key picture lets a receiver into all its layers; elsewhere a frame that refers to no other
  // picture lets it into the frame's own (RFC 9628 section 4.2, the P bit).
  if (d->key_frame()) {
    meta.entry_to = kAllLayers;
  } else if (d->frame_start && !d->inter_picture_predicted) {
    meta.entry_to = static_cast<uint8_t>(1u << d->spatial_id);
  }
  meta.picture = d->picture_id;
  meta.tl0 = d->tl0_pic_idx;
  spatial_layers_ = std::max(spatial_layers_, d->spatial_id + 1);
  if (d->has_structure) spatial_layers_ = d->spatial_layers;
  if (d->has_resolutions) {
    std::copy_n(d->heights.begin(), heights_.size(), heights_.begin());
    meta.height = heights_[0];
  }
  if (const auto dd = ReadDescriptor(packet, dependency_descriptor_id, meta)) {
    UseTemporalLayers(*dd, meta);
  }
  return true;
}

bool PayloadParser::ParseH264(const RtpView& packet, uint8_t dependency_descriptor_id,
                              PacketMeta& meta) {
  auto p = H264Payload::Parse(packet.payload());
  if (!p) return false;
  meta.frame_start = p->has_sps || FollowsFrameEnd(meta);
  meta.frame_end = meta.marker;
  // The entry is the parameter set before an IDR picture, or its first slice where none is sent.
  bool after_sps = sps_timestamp_ && *sps_timestamp_ == meta.timestamp;
  meta.key_frame = p->has_sps || (p->idr_start && p->first_macroblock && !after_sps);
  if (p->has_sps) sps_timestamp_ = meta.timestamp;
  meta.entry_to = meta.key_frame ? kAllLayers : 0;
  if (const auto dd = ReadDescriptor(packet, dependency_descriptor_id, meta)) {
    UseTemporalLayers(*dd, meta);
  }
  return true;
}

bool PayloadParser::ParseAv1(const RtpView& packet, uint8_t dependency_descriptor_id,
                             PacketMeta& meta) {
  auto header = Av1AggregationHeader::Parse(packet.payload());
  if (!header) return false;
  meta.key_frame = header->new_sequence;
  meta.entry_to = meta.key_frame ? kAllLayers : 0;
  meta.frame_start = meta.key_frame || FollowsFrameEnd(meta);
  meta.frame_end = meta.marker;
  const auto d = ReadDescriptor(packet, dependency_descriptor_id, meta);
  // Without its structure (the key frame was lost) a descriptor says nothing of layers.
  if (d) UseDependencyDescriptor(*d, meta);
  return true;
}

// A receiver of spatial layers up to s needs what the decode target of s with the most temporal
// layers needs.
void PayloadParser::UseDependencyDescriptor(const DependencyDescriptor& d, PacketMeta& meta) {
  const DependencyStructure& s = *structure_;
  UseTemporalLayers(d, meta);
  meta.frame_start = d.start_of_frame;
  meta.frame_end = d.end_of_frame;
  meta.spatial_id = d.spatial_id;
  std::array<int, DependencyStructure::kMaxSpatialLayers> best{-1, -1, -1, -1};
  for (int target = 0; target < s.decode_target_count; ++target) {
    if ((active_decode_targets_ >> target & 1) == 0) continue;
    const auto& layers = s.decode_targets[static_cast<size_t>(target)];
    int& chosen = best[layers.spatial_id];
    if (chosen < 0 ||
        layers.temporal_id > s.decode_targets[static_cast<size_t>(chosen)].temporal_id) {
      chosen = target;
    }
  }
  meta.needed_by = 0;
  int below = -1;
  for (uint8_t layer = 0; layer < 8; ++layer) {
    int target = layer < best.size() && best[layer] >= 0 ? best[layer] : below;
    if (target < 0) continue;
    below = target;
    auto indication = d.indications.Get(static_cast<size_t>(target));
    if (indication != DecodeTargetIndication::kNotPresent) {
      meta.needed_by |= static_cast<uint8_t>(1u << layer);
    }
  }
  spatial_layers_ = s.spatial_layers;
  if (d.has_structure && s.has_resolutions) {
    std::copy_n(s.heights.begin(), heights_.size(), heights_.begin());
    meta.height = heights_[0];
  }
}

}  // namespace parley
