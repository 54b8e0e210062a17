#pragma once

// One source on its way into its file: packets put in order, made into frames, placed in time,
// written. After damage a picture waits for the next clean key frame; lost sound of up to 200 ms is
// left to the decoder's concealment, more is a gap. One thread.

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include "recorder/mux/track_file.h"
#include "recorder/track/media_frame.h"
#include "recorder/track/reorder_buffer.h"
#include "recorder/write/picture_assembler.h"
#include "recorder/write/source_clock.h"
#include "recorder/write/track_source.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp.h"

namespace parley {

// Where a TrackRecorder gets its file and what it tells. Must not call it back.
class TrackOutput {
 public:
  virtual ~TrackOutput() = default;
  struct Opened {
    TrackFile file;
    std::string name;
  };
  virtual std::expected<Opened, std::error_code> OpenFile(const TrackSource& source,
                                                          const TrackFormat& format,
                                                          Duration at) = 0;
  // Nothing was stored in between.
  virtual void NoteGap(const TrackSource& source, Duration from, Duration to) = 0;
  // What a sender report of the source said, which arrived at `at`.
  virtual void NoteClock(const TrackSource& source, RtpTimestamp timestamp, WallTime sent,
                         Timestamp at) = 0;
  // What one of its packets, which came at `at`, said of its capture; `offset` is of the capturer's
  // clock against the sender's.
  virtual void NoteCapture(const TrackSource& source, RtpTimestamp timestamp, WallTime captured,
                           std::optional<Duration> offset, Timestamp at) = 0;
  virtual void NoteWritten(const TrackSource& source, const std::string& file, Duration from,
                           Duration to, uint64_t bytes, bool finished) = 0;
  virtual void WantKeyFrame(Ssrc ssrc) = 0;
  virtual void HandleError(std::error_code error) = 0;
};

class TrackRecorder {
 public:
  // Lost packets are waited for that long: the server has asked the sender for them.
  static constexpr Duration kReorderWait = Duration::Millis(300);
  static constexpr Duration kConcealed = Duration::Millis(200);
  static constexpr Duration kKeyFrameInterval = Duration::Seconds(1);
  // Unasked, browsers send none for minutes, and whoever seeks decodes all of it since the last
  // one.
  static constexpr Duration kKeyFrameEvery = Duration::Seconds(10);
  static constexpr Duration kNoteInterval = Duration::Seconds(5);
  // Of what is noted of clocks, and of packets that are asked for their capture: browsers tell it
  // once a second, and again whenever it is 1 ms off.
  static constexpr Duration kClockInterval = Duration::Seconds(1);

  // `zero`: when the recording began, on the server's steady clock.
  TrackRecorder(TrackSource source, ParticipantClock& clock, Timestamp zero, TrackOutput& output);

  void HandlePacket(std::span<const uint8_t> packet, Timestamp at);
  void HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at);
  // Lost packets are given up, and what is in the making is written. Every 100 ms or so.
  void HandleTimeout(Timestamp now);
  // Nothing more is stored for now: what comes later begins with a key frame, behind a gap.
  void Pause(Timestamp now);
  // Not to wait for the first packet with that: on a screen on which nothing moves none may come.
  void Resume(Timestamp now);
  // The file is completed.
  void Close(Timestamp now);

  const TrackSource& source() const { return source_; }
  const TrackFile* file() const { return file_ ? &file_->file : nullptr; }
  uint64_t lost() const { return packets_.lost(); }

 private:
  struct HeldSound {
    RtpTimestamp timestamp;
    std::vector<uint8_t> payload;
  };

  void Drain(Timestamp now);
  void HandleInOrder(const ReorderBuffer::Packet& packet, Timestamp now);
  void HandleCapture(const RtpView& packet, Timestamp now);
  // Waits while it cannot be told where it belongs.
  void HandleSound(const RtpView& packet, Timestamp now);
  void WriteHeld();
  void WriteSound(std::span<const uint8_t> payload, Timestamp placed);
  void WritePicture(const MediaFrame& frame, Timestamp placed);
  // The file is completed; what comes later begins another.
  void EndFile();
  bool EnsureFile(const TrackFormat& format, Duration at);
  void Write(Duration at, bool key_frame, std::span<const uint8_t> frame);
  void Check(std::error_code error);
  void AskForKeyFrame(Timestamp now);

  TrackSource source_;
  TrackOutput& output_;
  Timestamp zero_;
  SourceClock clock_;
  ReorderBuffer packets_{kReorderWait};
  PictureAssembler pictures_;
  std::vector<HeldSound> held_;  // since clock_ is unsure: at most what comes in kWatch
  std::optional<TrackOutput::Opened> file_;
  std::vector<uint8_t> codec_private_;  // the file's
  Duration from_;                       // of the file's first frame
  std::optional<Duration> end_;         // of what was written last
  std::optional<uint8_t> toc_;          // of the last Opus packet
  Timestamp key_frame_asked_at_;
  std::optional<Timestamp> key_frame_at_;  // the last one came
  Timestamp flush_at_ = Timestamp::Never();
  Timestamp noted_at_;
  std::optional<Timestamp> clock_noted_at_;
  std::optional<Timestamp> capture_noted_at_;
  bool failed_ = false;
};

}  // namespace parley
