#include "signaling/room/media_leg.h"

#include <utility>

namespace parley {
namespace {

std::vector<uint8_t> AssignedSlots(const std::vector<SlotParams>& params, MediaKind kind) {
  std::vector<uint8_t> indices;
  for (const auto& slot : params) {
    if (slot.kind == kind && slot.follows == SlotFollows::kAssigned) indices.push_back(slot.index);
  }
  return indices;
}

}  // namespace

MediaLeg::MediaLeg(TransportId transport, WorkerIndex worker, std::vector<SlotInfo> slots,
                   const TransportParams& params, uint32_t epoch)
    : transport_(transport),
      worker_(worker),
      slots_(std::move(slots)),
      producers_(params.producers),
      video_(AssignedSlots(params.slots, MediaKind::kVideo)),
      screen_audio_(AssignedSlots(params.slots, MediaKind::kAudio)),
      epoch_(epoch),
      told_epoch_(epoch) {
  for (const auto& slot : params.slots) {
    if (slot.kind == MediaKind::kAudio && slot.follows != SlotFollows::kAssigned) {
      audio_.push_back({.follows = slot.follows, .seat = slot.seat});
    }
  }
}

void MediaLeg::TakeOver(const MediaLeg& earlier) {
  video_.TakeOver(earlier.video_);
  screen_audio_.TakeOver(earlier.screen_audio_);
  epoch_ = earlier.epoch_;
  told_epoch_ = earlier.told_epoch_;
}

SlotMap MediaLeg::TakeMap(const SpeakerSeats& speakers, SourceId own) {
  if (epoch_ == told_epoch_) ++epoch_;
  told_epoch_ = epoch_;
  map_changed_ = false;

  SlotMap map{.epoch = epoch_, .audio = {}, .screen_audio = {}, .video = {}};
  for (const AudioSlot& slot : audio_) {
    SourceId source = speakers.dominant;
    if (slot.follows == SlotFollows::kSeat) {
      source = slot.seat < kSpeakerSeats ? speakers.seats[slot.seat] : SourceId();
    }
    map.audio.push_back(source == own ? SourceId() : source);
  }
  for (const auto& slot : screen_audio_.slots()) map.screen_audio = slot.wish.source;
  for (const auto& slot : video_.slots()) {
    if (slot.wish.source == SourceId()) continue;
    map.video.push_back({.slot = slot.index,
                         .source = slot.wish.source,
                         .state = slot.state,
                         .limited = slot.limited});
  }
  return map;
}

}  // namespace parley
