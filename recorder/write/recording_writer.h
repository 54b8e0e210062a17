#pragma once

// A recording on its way to the disk: the server's messages go in (feed_message.h, FORMAT.md),
// files come out, and replies for the server. What cannot be read is counted and passed over; when
// the disk refuses, every file is completed as far as it goes and the rest is let go. One thread.

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "recorder/library/recording_state.h"
#include "recorder/write/timeline_writer.h"
#include "recorder/write/track_recorder.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/port/feed_message.h"

namespace parley {

struct FeedAnswer {
  FeedReply type{};
  Ssrc ssrc;         // of kKeyFrameWanted
  std::string json;  // of the others
};

class RecordingWriter final : TrackOutput {
 public:
  // Sources at once; more are refused.
  static constexpr size_t kMaxSources = 2000;

  // Into a directory that is there, is this recording's alone, and may hold earlier segments.
  explicit RecordingWriter(std::filesystem::path directory) : directory_(std::move(directory)) {}
  ~RecordingWriter() override = default;
  RecordingWriter(const RecordingWriter&) = delete;
  RecordingWriter& operator=(const RecordingWriter&) = delete;

  // One datagram of a feed.
  void HandleMessage(std::span<const uint8_t> message);
  // Call every 50 ms or so.
  void HandleTimeout(Timestamp now);
  // Completes every file; `cleanly` says that this is the recording's end and not a stop on the
  // way.
  void Finish(Timestamp now, bool cleanly);

  // The server said that this is the end, or the disk took no more.
  bool done() const { return done_; }
  std::vector<FeedAnswer> TakeAnswers() { return std::exchange(answers_, {}); }
  // Of every file that is written now, for fdatasync().
  std::vector<int> descriptors() const;
  uint64_t messages_refused() const { return refused_; }

 private:
  void HandleEvent(std::string_view json, Timestamp at);
  void Begin(std::string_view json, Timestamp at);
  void SetPaused(bool paused, Timestamp at);
  void OpenSource(Ssrc ssrc, std::string_view json, Timestamp at);
  void CloseSource(Ssrc ssrc, Timestamp at);
  void Note(Timestamp at, std::string_view record);

  std::expected<Opened, std::error_code> OpenFile(const TrackSource& source,
                                                  const TrackFormat& format, Duration at) override;
  void NoteGap(const TrackSource& source, Duration from, Duration to) override;
  void NoteClock(const TrackSource& source, RtpTimestamp timestamp, WallTime sent,
                 Timestamp at) override;
  void NoteCapture(const TrackSource& source, RtpTimestamp timestamp, WallTime captured,
                   std::optional<Duration> offset, Timestamp at) override;
  void NoteWritten(const TrackSource& source, const std::string& file, Duration from, Duration to,
                   uint64_t bytes, bool finished) override;
  void WantKeyFrame(Ssrc ssrc) override;
  void HandleError(std::error_code error) override;

  std::filesystem::path directory_;
  RecordingState state_;
  Timestamp zero_;  // when the recording began, on the server's steady clock
  std::optional<TimelineWriter> timeline_;
  std::map<std::string, ParticipantClock> clocks_;          // by participant
  std::map<Ssrc, std::unique_ptr<TrackRecorder>> sources_;  // by that of what comes of each
  std::map<SourceId, uint32_t> parts_;                      // files begun in this segment
  bool done_ = false;
  std::optional<std::error_code> error_;
  std::vector<FeedAnswer> answers_;
  Timestamp status_at_;
  uint64_t refused_ = 0;
};

}  // namespace parley
