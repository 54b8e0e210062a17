#include "recorder/write/recording_writer.h"

#include <rapidjson/document.h>

#include <utility>

#include "recorder/library/json_fields.h"
#include "recorder/library/json_object.h"
#include "recorder/library/spare_space.h"
#include "sfu/base/bytes.h"
#include "sfu/wire/ntp.h"

namespace parley {
namespace {

constexpr Duration kStatusInterval = Duration::Millis(500);
// Enough to complete the files of a large meeting.
constexpr uint64_t kSpareBytes = 256 * 1024;

uint64_t LoadLe(std::span<const uint8_t> bytes) {
  uint64_t value = 0;
  for (size_t i = bytes.size(); i > 0; --i) value = value << 8 | bytes[i - 1];
  return value;
}

std::string_view AsText(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool ParseObject(std::string_view json, rapidjson::Document& document) {
  document.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  return !document.HasParseError() && document.IsObject() && !document.ObjectEmpty();
}

// A later time is none: the server's clock counts from when its machine started.
constexpr uint64_t kMostMicros = uint64_t{1} << 53;

}  // namespace

void RecordingWriter::HandleMessage(std::span<const uint8_t> message) {
  if (message.size() < kFeedHeaderSize) {
    ++refused_;
    return;
  }
  const Ssrc ssrc(static_cast<uint32_t>(LoadLe(message.subspan(4, 4))));
  const uint64_t at_us = LoadLe(message.subspan(8, 8));
  if (at_us > kMostMicros) {
    ++refused_;
    return;
  }
  const auto at = Timestamp::Micros(static_cast<int64_t>(at_us));
  const auto payload = message.subspan(kFeedHeaderSize);
  const auto type = static_cast<FeedMessage>(message[0]);
  if (type == FeedMessage::kEvent) return HandleEvent(AsText(payload), at);
  if (!timeline_ || done_) {
    ++refused_;
    return;
  }
  const auto found = sources_.find(ssrc);
  switch (type) {
    case FeedMessage::kRtp:
      if (found == sources_.end()) {
        ++refused_;
      } else if (!state_.paused) {
        found->second->HandlePacket(payload, at);
      }
      return;
    case FeedMessage::kSenderReport:
      if (found == sources_.end() || payload.size() < 12) {
        ++refused_;
      } else {
        const NtpTime ntp(LoadLe(payload.first(8)));
        const RtpTimestamp rtp(static_cast<uint32_t>(LoadLe(payload.subspan(8, 4))));
        if (!ntp.IsZero()) found->second->HandleReport(ntp.ToWallTime(), rtp, at);
      }
      return;
    case FeedMessage::kSourceOpen:
      return OpenSource(ssrc, AsText(payload), at);
    case FeedMessage::kSourceClose:
      return CloseSource(ssrc, at);
    case FeedMessage::kEnd:
      return Finish(at, true);
    case FeedMessage::kEvent:
      return;
  }
  ++refused_;
}

void RecordingWriter::HandleEvent(std::string_view json, Timestamp at) {
  rapidjson::Document event;
  if (!ParseObject(json, event)) {
    ++refused_;
    return;
  }
  const std::string type = TextField(event, "type");
  if (type == "begin") return Begin(json, at);
  if (!timeline_ || done_) {
    ++refused_;
    return;
  }
  Note(at, json);
  if (type == "pause" || type == "resume") SetPaused(type == "pause", at);
}

void RecordingWriter::SetPaused(bool paused, Timestamp at) {
  state_.paused = paused;
  for (auto& [ssrc, track] : sources_) {
    if (paused) {
      track->Pause(at);
    } else {
      track->Resume(at);
    }
  }
  if (auto error = state_.Save(directory_)) HandleError(error);
}

void RecordingWriter::Begin(std::string_view json, Timestamp at) {
  rapidjson::Document begin;
  if (timeline_ || !ParseObject(json, begin)) {
    ++refused_;
    return;
  }
  const auto wall = begin.FindMember("wall_us");
  if (wall == begin.MemberEnd() || !wall->value.IsInt64()) {
    ++refused_;
    return;
  }
  const int64_t now_us = wall->value.GetInt64();
  if (auto earlier = RecordingState::Load(directory_)) {
    state_ = *std::move(earlier);
  } else {
    state_.id = TextField(begin, "id");
    state_.room = TextField(begin, "room");
    state_.title = TextField(begin, "title");
    state_.keep_days = NumberField(begin, "keep_days");
    state_.started_at_us = now_us;
  }
  state_.state = "recording";
  state_.paused = false;
  ++state_.segments;
  zero_ = at - Duration::Micros(std::max<int64_t>(now_us - state_.started_at_us, 0));
  auto timeline = TimelineWriter::Create(TimelinePath(directory_, state_.segments));
  if (!timeline) return HandleError(timeline.error());
  timeline_.emplace(*std::move(timeline));
  KeepSpareSpace(directory_, kSpareBytes);
  if (auto error = state_.Save(directory_)) return HandleError(error);
  Note(at, json);
}

void RecordingWriter::OpenSource(Ssrc ssrc, std::string_view json, Timestamp at) {
  auto source = TrackSource::Parse(ssrc, json);
  if (!source || (sources_.size() >= kMaxSources && !sources_.contains(ssrc))) {
    ++refused_;
    return;
  }
  CloseSource(ssrc, at);
  ParticipantClock& clock = clocks_[source->participant];
  sources_[ssrc] = std::make_unique<TrackRecorder>(*std::move(source), clock, zero_,
                                                   static_cast<TrackOutput&>(*this));
}

void RecordingWriter::CloseSource(Ssrc ssrc, Timestamp at) {
  const auto found = sources_.find(ssrc);
  if (found == sources_.end()) return;
  found->second->Close(at);
  sources_.erase(found);
}

void RecordingWriter::HandleTimeout(Timestamp now) {
  if (!timeline_ || done_) return;
  for (auto& [ssrc, track] : sources_) track->HandleTimeout(now);
  if (error_) return Finish(now, false);
  if (now - status_at_ < kStatusInterval) return;
  status_at_ = now;
  int64_t bytes = 0;
  int64_t lost = 0;
  for (const auto& [ssrc, track] : sources_) {
    lost += static_cast<int64_t>(track->lost());
    if (track->file() != nullptr) bytes += static_cast<int64_t>(track->file()->size());
  }
  JsonObject status;
  status.Number("bytes", bytes).Number("lost", lost).Number("segment", state_.segments);
  std::error_code error;
  const auto space = std::filesystem::space(directory_, error);
  if (!error) status.Number("free", static_cast<int64_t>(space.available));
  answers_.push_back({.type = FeedReply::kStatus, .ssrc = {}, .json = status.Finish()});
}

void RecordingWriter::Finish(Timestamp now, bool cleanly) {
  if (done_) return;
  done_ = true;
  if (!timeline_) return;
  for (auto& [ssrc, track] : sources_) track->Close(now);
  Note(now, JsonObject().Text("type", cleanly ? "end" : "stop").Finish());
  if (auto error = timeline_->End()) HandleError(error);
  sources_.clear();
  RemoveSpareSpace(directory_);
  if (!cleanly) return;
  state_.state = "finished";
  if (auto error = state_.Save(directory_)) HandleError(error);
}

void RecordingWriter::Note(Timestamp at, std::string_view record) {
  if (!timeline_) return;
  if (auto error = timeline_->Add(std::max(at - zero_, Duration::Zero()), record))
    HandleError(error);
}

std::vector<int> RecordingWriter::descriptors() const {
  std::vector<int> all;
  if (timeline_) all.push_back(timeline_->descriptor());
  for (const auto& [ssrc, track] : sources_) {
    if (track->file() != nullptr) all.push_back(track->file()->descriptor());
  }
  return all;
}

std::expected<TrackOutput::Opened, std::error_code> RecordingWriter::OpenFile(
    const TrackSource& source, const TrackFormat& format, Duration at) {
  const uint32_t part = ++parts_[source.id];
  std::string name = std::to_string(source.id.value()) + '-' + std::to_string(state_.segments) +
                     '-' + std::to_string(part) + (source.codec == Codec::kH264 ? ".mkv" : ".webm");
  auto file = TrackFile::Create(directory_ / name, format);
  if (!file) return std::unexpected(file.error());
  Note(zero_ + at, JsonObject()
                       .Text("type", "track")
                       .Text("file", name)
                       .Number("source", source.id.value())
                       .Text("participant", source.participant)
                       .Text("kind", source.kind)
                       .Text("codec", CodecWord(source.codec))
                       .Number("width", format.width)
                       .Number("height", format.height)
                       .Finish());
  return Opened{*std::move(file), std::move(name)};
}

void RecordingWriter::NoteGap(const TrackSource& source, Duration from, Duration to) {
  Note(zero_ + to, JsonObject()
                       .Text("type", "gap")
                       .Number("source", source.id.value())
                       .Number("start_us", from.us())
                       .Number("end_us", to.us())
                       .Finish());
}

void RecordingWriter::NoteClock(const TrackSource& source, RtpTimestamp timestamp, WallTime sent,
                                Timestamp at) {
  Note(at, JsonObject()
               .Text("type", "clock")
               .Number("source", source.id.value())
               .Number("rtp", timestamp.value())
               .Number("sent_us", sent.unix_us())
               .Finish());
}

void RecordingWriter::NoteCapture(const TrackSource& source, RtpTimestamp timestamp,
                                  WallTime captured, std::optional<Duration> offset, Timestamp at) {
  JsonObject record;
  record.Text("type", "capture")
      .Number("source", source.id.value())
      .Number("rtp", timestamp.value())
      .Number("captured_us", captured.unix_us());
  if (offset) record.Number("offset_us", offset->us());
  Note(at, record.Finish());
}

void RecordingWriter::NoteWritten(const TrackSource&, const std::string& file, Duration from,
                                  Duration to, uint64_t bytes, bool finished) {
  Note(zero_ + to, JsonObject()
                       .Text("type", finished ? "finished" : "written")
                       .Text("file", file)
                       .Number("start_us", from.us())
                       .Number("end_us", to.us())
                       .Number("bytes", static_cast<int64_t>(bytes))
                       .Finish());
}

void RecordingWriter::WantKeyFrame(Ssrc ssrc) {
  answers_.push_back({.type = FeedReply::kKeyFrameWanted, .ssrc = ssrc, .json = {}});
}

void RecordingWriter::HandleError(std::error_code error) {
  if (error_) return;
  error_ = error;
  const bool full = error == std::errc::no_space_on_device;
  if (full) RemoveSpareSpace(directory_);
  answers_.push_back(
      {.type = FeedReply::kTrouble,
       .ssrc = {},
       .json = JsonObject()
                   .Text("code", full ? "disk_full" : "disk_error")
                   .Text("message", full ? "The disk is full: the recording ends here."
                                         : "The disk cannot be written: " + error.message() + ".")
                   .Finish()});
  if (!timeline_) done_ = true;
}

}  // namespace parley
