#include "recorder/write/track_recorder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "recorder/track/opus_packet.h"
#include "sfu/port/feed_message.h"
#include "sfu/wire/ntp.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley {
namespace {

// A frame lasts about that long when nothing follows it.
constexpr Duration kPictureLength = Duration::Millis(33);
// Further apart than that, pictures are a gap.
constexpr Duration kPictureGap = Duration::Seconds(2);
// RFC 6716 section 3.1: the code of "one frame in the packet".
constexpr uint8_t kOpusCodeMask = 0xFC;

}  // namespace

TrackRecorder::TrackRecorder(TrackSource source, ParticipantClock& clock, Timestamp zero,
                             TrackOutput& output)
    : source_(std::move(source)),
      output_(output),
      zero_(zero),
      clock_(source_.clock_rate, clock),
      pictures_(source_.codec) {}

void TrackRecorder::HandlePacket(std::span<const uint8_t> packet, Timestamp at) {
  if (failed_) return;
  const auto view = RtpView::Parse(packet);
  if (!view) return;
  packets_.Insert(view->seq(), packet, at);
  Drain(at);
}

void TrackRecorder::HandleReport(WallTime sent, RtpTimestamp timestamp, Timestamp at) {
  clock_.HandleReport(sent, timestamp, at);
  if (clock_noted_at_ && at - *clock_noted_at_ < kClockInterval) return;
  clock_noted_at_ = at;
  output_.NoteClock(source_, timestamp, sent, at);
}

void TrackRecorder::HandleTimeout(Timestamp now) {
  if (failed_) return;
  Drain(now);
  clock_.Settle(now);
  if (!clock_.is_unsure()) WriteHeld();
  if (!file_ || now < flush_at_) return;
  flush_at_ = Timestamp::Never();
  Check(file_->file.Flush());
  if (failed_ || now - noted_at_ < kNoteInterval) return;
  noted_at_ = now;
  output_.NoteWritten(source_, file_->name, from_, *end_, file_->file.size(), false);
}

void TrackRecorder::Pause(Timestamp now) {
  Drain(now);
  WriteHeld();
  pictures_ = PictureAssembler(source_.codec);
  toc_.reset();
}

void TrackRecorder::Resume(Timestamp now) {
  if (source_.is_video()) AskForKeyFrame(now);
}

void TrackRecorder::Close(Timestamp now) {
  while (auto packet = packets_.Pop(Timestamp::Never())) HandleInOrder(*packet, now);
  WriteHeld();
  // A screen on which nothing moves sends little or nothing, and is seen all the same.
  if (file_ && source_.is_screen()) end_ = std::max(*end_, now - zero_);
  EndFile();
}

void TrackRecorder::EndFile() {
  if (!file_) return;
  // A full disk may have room for that by now.
  if (auto error = file_->file.Finish(end_.value_or(from_))) return Check(error);
  output_.NoteWritten(source_, file_->name, from_, *end_, file_->file.size(), true);
  file_.reset();
}

void TrackRecorder::Drain(Timestamp now) {
  while (auto packet = packets_.Pop(now)) HandleInOrder(*packet, now);
}

void TrackRecorder::HandleInOrder(const ReorderBuffer::Packet& packet, Timestamp now) {
  const auto view = RtpView::Parse(packet.bytes);
  if (!view || view->payload().empty()) return;
  HandleCapture(*view, now);
  if (!source_.is_video()) return HandleSound(*view, now);
  const Timestamp placed = clock_.Place(view->timestamp(), now);
  if (const auto frame = pictures_.Add(*view, packet.gap_before)) {
    if (frame->key_frame) key_frame_at_ = now;
    WritePicture(*frame, placed);
  }
  const bool due = key_frame_at_ && now - *key_frame_at_ >= kKeyFrameEvery;
  if (due || pictures_.needs_key_frame()) AskForKeyFrame(now);
}

void TrackRecorder::HandleCapture(const RtpView& packet, Timestamp now) {
  if (capture_noted_at_ && now - *capture_noted_at_ < kClockInterval) return;
  const auto element = packet.FindExtension(kFeedCaptureTimeId);
  const auto capture = element ? ReadAbsCaptureTime(*element) : std::nullopt;
  if (!capture || capture->ntp == 0) return;
  capture_noted_at_ = now;
  const WallTime captured = NtpTime(capture->ntp).ToWallTime();
  const auto offset = capture->clock_offset.transform(NtpToDuration);
  clock_.HandleCapture(captured + -offset.value_or(Duration::Zero()), packet.timestamp(), now);
  output_.NoteCapture(source_, packet.timestamp(), captured, offset, now);
}

void TrackRecorder::HandleSound(const RtpView& packet, Timestamp now) {
  if (!OpusPacketDuration(packet.payload())) return;
  const Timestamp placed = clock_.Place(packet.timestamp(), now);
  if (clock_.is_unsure()) {
    held_.push_back({packet.timestamp(), {packet.payload().begin(), packet.payload().end()}});
    return;
  }
  WriteHeld();
  WriteSound(packet.payload(), placed);
}

void TrackRecorder::WriteHeld() {
  for (const HeldSound& sound : std::exchange(held_, {})) {
    WriteSound(sound.payload, clock_.Recall(sound.timestamp));
  }
}

void TrackRecorder::WriteSound(std::span<const uint8_t> payload, Timestamp placed) {
  const Duration length = *OpusPacketDuration(payload);
  const Duration at = placed - zero_;
  if (at < Duration::Zero() ||
      !EnsureFile({.channels = source_.channels, .codec_private = {}}, at)) {
    return;
  }
  if (end_) {
    const Duration missing = at - *end_;
    if (missing > kConcealed) {
      output_.NoteGap(source_, *end_, at);
    } else if (toc_) {
      // A packet of nothing but its first byte is one that was lost: decoders conceal it.
      const std::array<uint8_t, 1> lost = {static_cast<uint8_t>(*toc_ & kOpusCodeMask)};
      const Duration each = *OpusPacketDuration(lost);
      for (Duration d = each; d <= missing; d += each) {
        Write(*end_, true, lost);
        *end_ += each;
      }
    }
  }
  toc_ = payload[0];
  Write(at, true, payload);
  end_ = at + length;
}

void TrackRecorder::WritePicture(const MediaFrame& frame, Timestamp placed) {
  const Duration at = placed - zero_;
  if (at < Duration::Zero()) return;
  // Decoders take other parameters of H.264 and AV1 only from the head of a file.
  if (!frame.codec_private.empty() && frame.codec_private != codec_private_) {
    EndFile();
    codec_private_ = frame.codec_private;
  }
  if (!EnsureFile({.codec = source_.codec,
                   .width = frame.width,
                   .height = frame.height,
                   .codec_private = codec_private_},
                  at)) {
    return;
  }
  if (end_ && at - *end_ > kPictureGap) output_.NoteGap(source_, *end_, at);
  Write(at, frame.key_frame, frame.data);
  end_ = at + kPictureLength;
}

bool TrackRecorder::EnsureFile(const TrackFormat& format, Duration at) {
  if (failed_) return false;
  if (file_) return true;
  auto opened = output_.OpenFile(source_, format, at);
  if (!opened) {
    Check(opened.error());
    return false;
  }
  file_.emplace(*std::move(opened));
  from_ = at;
  return true;
}

void TrackRecorder::Write(Duration at, bool key_frame, std::span<const uint8_t> frame) {
  if (failed_) return;
  Check(file_->file.Add(at, key_frame, frame));
  if (flush_at_.IsNever()) flush_at_ = zero_ + at + TrackFile::kClusterLength;
}

void TrackRecorder::Check(std::error_code error) {
  if (!error) return;
  failed_ = true;
  output_.HandleError(error);
}

void TrackRecorder::AskForKeyFrame(Timestamp now) {
  if (key_frame_asked_at_ != Timestamp() && now - key_frame_asked_at_ < kKeyFrameInterval) return;
  key_frame_asked_at_ = now;
  output_.WantKeyFrame(source_.ssrc);
}

}  // namespace parley
