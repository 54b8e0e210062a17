#include "signaling/features/playback/playback_feature.h"

#include <limits>
#include <memory>
#include <optional>
#include <utility>

#include "signaling/protocol/field_reader.h"
#include "signaling/room/room.h"

namespace parley {
namespace {

constexpr int64_t kMostMs = 60'000;
// A freeze is told when it ends, and may have begun long before.
constexpr int64_t kMostFrozenMs = 3'600'000;
// Three voices and a screen.
constexpr int64_t kAudioSlots = 4;

PlaybackReport::Video ReadVideo(const rapidjson::Value& entry, std::optional<Error>& fault) {
  FieldReader fields(entry.IsObject() ? &entry : nullptr, fault, "video");
  PlaybackReport::Video video;
  video.source = SourceId(
      static_cast<uint32_t>(fields.Integer("source", 1, std::numeric_limits<uint32_t>::max())));
  video.frozen = Duration::Millis(fields.Integer("frozen_ms", 0, kMostFrozenMs));
  video.freezes = fields.Integer("freezes", 0, kMostMs);
  return video;
}

}  // namespace

FeatureEntry PlaybackFeature::Entry() {
  return {.name = "playback",
          .requests = {"playback"},
          .make = [](Room& room) -> std::unique_ptr<Feature> {
            return std::make_unique<PlaybackFeature>(room);
          }};
}

std::expected<std::string, Error> PlaybackFeature::Handle(Participant& from,
                                                          const FeatureRequest& request, Now) {
  std::optional<Error> fault;
  FieldReader fields(request.fields, fault);
  const int64_t ms = fields.Integer("ms", 1, kMostMs);
  const int64_t heard = fields.Integer("heard_ms", 0, kMostMs * kAudioSlots);
  const int64_t concealed = fields.Integer("concealed_ms", 0, heard);
  PlaybackReport report{.time = Duration::Millis(ms),
                        .heard = Duration::Millis(heard),
                        .concealed = Duration::Millis(concealed),
                        .video = {}};
  if (const auto* videos = fields.OptionalArray("video", kVideos)) {
    for (const auto& entry : videos->GetArray()) report.video.push_back(ReadVideo(entry, fault));
  }
  if (fault) return std::unexpected(*std::move(fault));
  room_.NotePlayback(from, std::move(report));
  return "{}";
}

}  // namespace parley
