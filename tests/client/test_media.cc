#include "tests/client/test_media.h"

#include <algorithm>

#include "sfu/base/check.h"
#include "sfu/wire/ntp.h"
#include "sfu/wire/rtp_builder.h"

namespace parley::test {
namespace {

constexpr Duration kAudioFrame = Duration::Millis(20);
constexpr uint32_t kAudioTicks = 960;
// As often as browsers say when they captured what they send.
constexpr uint32_t kCaptureTimeTicks = 48'000;
// RFC 6716 section 3.1: CELT, full band, 20 ms, stereo, one frame; decoders take anything behind
// it.
constexpr uint8_t kOpusToc = 0xFC;
constexpr uint32_t kVideoClock = 90'000;
constexpr size_t kVp8Descriptor = 6;
constexpr size_t kVp8KeyFrameHeader = 10;

// By a client's clock, which is some years behind.
WallTime WallAt(Timestamp now) { return WallTime::UnixMicros(1'700'000'000'000'000 + now.us()); }

RtpBuilder Begin(std::span<uint8_t> buffer, const TestStreamConfig& config, bool marker,
                 uint16_t seq, uint32_t timestamp, Timestamp now) {
  RtpBuilder builder(buffer, {.payload_type = config.payload_type,
                              .marker = marker,
                              .seq = SeqNum(seq),
                              .timestamp = RtpTimestamp(timestamp),
                              .ssrc = config.ssrc,
                              .csrcs = {}});
  const HeaderExtensionIds& ids = config.extensions;
  if (!config.mid.empty()) builder.AddExtension(ids.mid, config.mid);
  if (!config.rid.empty()) builder.AddExtension(ids.rid, config.rid);
  std::array<uint8_t, kAbsSendTimeSize> send_time;
  WriteAbsSendTime(AbsSendTimeFrom(now), send_time);
  builder.AddExtension(ids.abs_send_time, send_time);
  if (config.transport_sequence) {
    std::array<uint8_t, kTransportSequenceSize> sequence;
    WriteTransportSequence(SeqNum(config.transport_sequence->next++), sequence);
    builder.AddExtension(ids.transport_cc, sequence);
  }
  return builder;
}

}  // namespace

TestAudioSource::TestAudioSource(TestStreamConfig config, Timestamp start, size_t payload_size)
    : config_(std::move(config)), payload_size_(payload_size), next_(start) {
  PARLEY_CHECK(payload_size_ <= 1000);
}

TestAudioSource::TestAudioSource(TestStreamConfig config, Timestamp start, const MediaClip& clip)
    : config_(std::move(config)), clip_(&clip), next_(start) {}

std::optional<std::span<const uint8_t>> TestAudioSource::Next(Timestamp now) {
  if (now < next_) return std::nullopt;
  RtpBuilder builder = Begin(buffer_, config_, packets_ == 0, seq_, timestamp_, now);
  std::array<uint8_t, kAudioLevelSize> level;
  WriteAudioLevel(level_, level);
  builder.AddExtension(config_.extensions.audio_level, level);
  if (timestamp_ % kCaptureTimeTicks == 0) {
    std::array<uint8_t, kAbsCaptureTimeWithOffsetSize> time;
    builder.AddExtension(config_.extensions.abs_capture_time,
                         WriteAbsCaptureTime({NtpTime::From(WallAt(next_)).value(), {}}, time));
  }
  const std::vector<uint8_t>* frame =
      clip_ ? &clip_->frames[packets_ % clip_->frames.size()].data : nullptr;
  std::span<uint8_t> payload = builder.ReservePayload(frame ? frame->size() : payload_size_);
  if (frame) {
    PARLEY_CHECK(payload.size() == frame->size());
    std::ranges::copy(*frame, payload.begin());
  } else {
    std::fill(payload.begin(), payload.end(), static_cast<uint8_t>(seq_));
    if (!payload.empty()) payload[0] = kOpusToc;
  }
  std::span<const uint8_t> packet = builder.Finish();
  PARLEY_CHECK(!packet.empty());
  ++seq_;
  timestamp_ += kAudioTicks;
  ++packets_;
  next_ = next_ + kAudioFrame;
  return packet;
}

TestVideoSource::TestVideoSource(TestStreamConfig config, Format format, Timestamp start)
    : config_(std::move(config)), format_(format), next_(start), next_slide_(start) {
  PARLEY_CHECK(format_.max_payload <= 1200);
}

void TestVideoSource::BeginFrame() {
  if (format_.clip) {
    do {
      frame_ = &format_.clip->frames[clip_next_];
      clip_next_ = (clip_next_ + 1) % format_.clip->frames.size();
    } while (key_frame_wanted_ && !frame_->key_frame);
    key_frame_ = frame_->key_frame;
    left_in_frame_ = frame_->data.size();
  } else {
    key_frame_ = key_frame_wanted_;
    left_in_frame_ = std::max<size_t>(FrameSize(), 40);
  }
  key_frame_wanted_ = false;
  first_of_frame_ = true;
  timestamp_ += kVideoClock / static_cast<uint32_t>(format_.frames_per_second);
  picture_id_ = (picture_id_ + 1) & 0x7FFF;
  ++tl0_;
  ++frames_;
  if (key_frame_) ++key_frames_;
}

size_t TestVideoSource::FrameSize() {
  const auto size = static_cast<size_t>(format_.bitrate.bps() / 8 / format_.frames_per_second);
  if (format_.slide_bytes == 0) return key_frame_ ? 4 * size : size;
  const bool changed = next_ >= next_slide_;
  if (changed) next_slide_ = next_slide_ + format_.slide_every;
  return changed || key_frame_ ? format_.slide_bytes : size;
}

std::optional<std::span<const uint8_t>> TestVideoSource::Next(Timestamp now) {
  if (left_in_frame_ == 0) {
    if (now < next_) return std::nullopt;
    BeginFrame();
    next_ = next_ + Duration::Micros(1'000'000 / format_.frames_per_second);
  }
  size_t chunk = std::min(left_in_frame_, format_.max_payload - kVp8Descriptor);
  bool last = chunk == left_in_frame_;
  RtpBuilder builder = Begin(buffer_, config_, last, seq_, timestamp_, now);
  std::span<uint8_t> payload = builder.ReservePayload(kVp8Descriptor + chunk);
  PARLEY_CHECK(!payload.empty());
  // RFC 7741 section 4.2: X, S; then I, L, T; 15-bit picture id; TL0PICIDX; TID 0, Y.
  payload[0] = first_of_frame_ ? 0x90 : 0x80;
  payload[1] = 0xE0;
  payload[2] = static_cast<uint8_t>(0x80 | picture_id_ >> 8);
  payload[3] = static_cast<uint8_t>(picture_id_);
  payload[4] = tl0_;
  payload[5] = 0x20;
  Write(payload.subspan(kVp8Descriptor));
  std::span<const uint8_t> packet = builder.Finish();
  PARLEY_CHECK(!packet.empty());
  left_in_frame_ -= chunk;
  first_of_frame_ = false;
  ++seq_;
  ++packets_;
  return packet;
}

void TestVideoSource::Write(std::span<uint8_t> data) const {
  if (frame_) {
    const std::span<const uint8_t> rest = std::span(frame_->data).last(left_in_frame_);
    std::ranges::copy(rest.first(data.size()), data.begin());
    return;
  }
  std::fill(data.begin(), data.end(), static_cast<uint8_t>(seq_));
  if (first_of_frame_) {
    // RFC 6386 section 9.1: the frame tag, its lowest bit 0 for a key frame; start code and size.
    data[0] = key_frame_ ? 0x10 : 0x11;
    if (key_frame_ && data.size() >= kVp8KeyFrameHeader) {
      data[3] = 0x9D;
      data[4] = 0x01;
      data[5] = 0x2A;
      data[6] = static_cast<uint8_t>(format_.width);
      data[7] = static_cast<uint8_t>(format_.width >> 8);
      data[8] = static_cast<uint8_t>(format_.height);
      data[9] = static_cast<uint8_t>(format_.height >> 8);
    }
  }
}

}  // namespace parley::test
