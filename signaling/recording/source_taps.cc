#include "signaling/recording/source_taps.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "recorder/library/json_object.h"
#include "sfu/port/feed_message.h"
#include "sfu/port/media_params.h"
#include "signaling/room/participant.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"

namespace parley {
namespace {

// Pixels; the least encoding that browsers make of a camera.
constexpr uint16_t kSmallHeight = 180;

std::string_view WordFor(Codec codec) {
  switch (codec) {
    case Codec::kOpus:
      return "opus";
    case Codec::kVp8:
      return "vp8";
    case Codec::kVp9:
      return "vp9";
    case Codec::kH264:
      return "h264";
    case Codec::kAv1:
      return "av1";
    case Codec::kRed:
    case Codec::kTelephoneEvent:
      break;
  }
  return "";
}

std::string Describe(const Participant& participant, SourceKind kind, Codec codec) {
  const bool phone = participant.kind == ParticipantKind::kPhone && kind == SourceKind::kMicrophone;
  return JsonObject()
      .Number("source", participant.source(kind).id.value())
      .Text("participant", participant.id)
      .Text("kind", phone ? "phone" : ToString(kind))
      .Text("codec", WordFor(codec))
      .Number("clock_rate", IsVideo(kind) ? 90'000 : 48'000)
      .Number("channels", 2)
      .Finish();
}

bool IsOfScreen(SourceKind kind) {
  return kind == SourceKind::kScreen || kind == SourceKind::kScreenAudio;
}

// With the sender's own payload types, and nothing that would be fed back.
SlotParams SlotFor(const ProducerParams& producer, Codec codec, Ssrc ssrc) {
  SlotParams slot;
  slot.kind = producer.kind;
  slot.follows = SlotFollows::kAssigned;
  slot.ssrc = ssrc;
  slot.extensions.abs_capture_time = kFeedCaptureTimeId;
  for (const CodecParams& offered : producer.codecs) {
    if (offered.codec != codec) continue;
    CodecParams plain;
    plain.codec = codec;
    plain.payload_type = offered.payload_type;
    plain.clock_rate = offered.clock_rate;
    plain.profile = offered.profile;
    plain.packetization_mode = offered.packetization_mode;
    slot.codecs.push_back(plain);
  }
  return slot;
}

}  // namespace

void SourceTaps::Update(Room& room, FeedId feed, DiskStep disk, const IsThere& is_there,
                        const Tell& tell) {
  const bool no_pictures = disk >= DiskStep::kSoundOnly;
  const bool small_pictures = disk >= DiskStep::kSmallPictures;
  std::set<SourceId> wanted;
  for (const Participant* participant : room.participants()) {
    if (!participant->leg || !room.MayStore(*participant)) continue;
    for (const SourceKind kind : kAllSourceKinds) {
      const auto& source = participant->source(kind);
      if (!source.offered || !source.codec || WordFor(*source.codec).empty()) continue;
      if (IsOfScreen(kind) && (!source.on || !is_there(*participant))) continue;
      if (no_pictures && IsVideo(kind)) continue;
      // What a screen shows cannot be read when it is small.
      const bool small = small_pictures && kind == SourceKind::kCamera;
      wanted.insert(source.id);
      const auto tap = taps_.find(source.id);
      if (tap != taps_.end()) {
        if (tap->second.publisher == participant->leg->transport() &&
            tap->second.codec == *source.codec) {
          if (tap->second.small != small) Assign(tap->second, source.id, small);
          continue;
        }
        tell(tap->second.ssrc, std::nullopt);
        room.CloseListener(tap->second.listener);
      }
      Open(room, *participant, kind, feed, small, tell);
    }
  }
  std::erase_if(taps_, [&](const auto& entry) {
    if (wanted.contains(entry.first)) return false;
    room.CloseListener(entry.second.listener);
    tell(entry.second.ssrc, std::nullopt);
    return true;
  });
}

void SourceTaps::Open(Room& room, const Participant& participant, SourceKind kind, FeedId feed,
                      bool small, const Tell& tell) {
  const SourceId source = participant.source(kind).id;
  const Codec codec = *participant.source(kind).codec;
  last_ssrc_ = Ssrc(last_ssrc_.value() + 1);
  tell(last_ssrc_, Describe(participant, kind, codec));
  const auto& producers = participant.leg->producers();
  const auto producer = std::ranges::find(producers, source, &ProducerParams::source);
  TransportParams params;
  params.local = true;
  params.feed = feed;
  if (producer != producers.end()) params.slots = {SlotFor(*producer, codec, last_ssrc_)};
  const WorkerIndex worker = participant.leg->worker();
  const TransportId listener = room.OpenListener(worker, std::move(params));
  Tap& tap = taps_[source] = {.ssrc = last_ssrc_,
                              .publisher = participant.leg->transport(),
                              .codec = codec,
                              .listener = listener,
                              .worker = worker,
                              .has_slot = producer != producers.end()};
  Assign(tap, source, small);
}

void SourceTaps::Assign(Tap& tap, SourceId source, bool small) {
  tap.small = small;
  if (!tap.has_slot) return;
  const SetSlot slot{.transport = tap.listener,
                     .slot = 0,
                     .source = source,
                     .max_height = small ? kSmallHeight : uint16_t{0},
                     .priority = 0,
                     .epoch = ++tap.epoch};
  rooms_.media().Send(tap.worker, slot);
}

void SourceTaps::AskKeyFrame(Ssrc ssrc) {
  for (const auto& [source, tap] : taps_) {
    if (tap.ssrc == ssrc) AskKeyFrame(tap);
  }
}

void SourceTaps::AskKeyFrames() {
  for (const auto& [source, tap] : taps_) AskKeyFrame(tap);
}

void SourceTaps::AskKeyFrame(const Tap& tap) {
  rooms_.media().Send(tap.worker, parley::AskKeyFrame{.transport = tap.listener, .slot = 0});
}

void SourceTaps::Clear() {
  for (const auto& [source, tap] : std::exchange(taps_, {})) {
    rooms_.CloseListener(room_, tap.listener);
  }
}

}  // namespace parley
