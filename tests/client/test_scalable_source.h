#pragma once

// A camera that sends VP9 or AV1 in layers (ScalableFrames), as TestVideoSource sends VP8: 30
// pictures a second, at about 150, 500 and 1,500 kbit/s up to each spatial layer; key pictures are
// three times as large. One thread.

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "sfu/base/check.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"
#include "tests/client/scalable_frames.h"
#include "tests/client/test_media.h"

namespace parley::test {

class TestScalableSource {
 public:
  static constexpr std::array<int64_t, 3> kKbps{150, 350, 1000};  // of each layer alone

  TestScalableSource(TestStreamConfig config, Codec codec, bool keyed, Timestamp start)
      : config_(std::move(config)), frames_(codec, keyed), next_(start) {}

  void RequestKeyFrame() { key_wanted_ = true; }
  Ssrc ssrc() const { return config_.ssrc; }
  std::optional<std::span<const uint8_t>> Next(Timestamp now) {
    if (waiting_.empty()) {
      if (now < next_) return std::nullopt;
      next_ = next_ + Duration::Micros(1'000'000 / kFps);
      Begin();
    }
    const Packet packet = waiting_.front();
    waiting_.pop_front();
    RtpBuilder builder(buffer_, {config_.payload_type,
                                 packet.last_of_picture,
                                 SeqNum(seq_++),
                                 RtpTimestamp(timestamp_),
                                 config_.ssrc,
                                 {}});
    if (!config_.mid.empty()) builder.AddExtension(config_.extensions.mid, config_.mid);
    if (config_.transport_sequence) {
      std::array<uint8_t, kTransportSequenceSize> seq;
      WriteTransportSequence(SeqNum(config_.transport_sequence->next++), seq);
      builder.AddExtension(config_.extensions.transport_cc, seq);
    }
    builder.AddExtension(config_.extensions.dependency_descriptor,
                         frames_.Descriptor(packet.frame, packet.first, packet.last));
    builder.SetPayload(frames_.Payload(packet.frame, packet.first, packet.last, packet.size));
    const auto bytes = builder.Finish();
    PARLEY_CHECK(!bytes.empty());
    return bytes;
  }

 private:
  static constexpr int kFps = 30;
  static constexpr size_t kMaxPayload = 1100;

  struct Packet {
    ScalableFrames::Frame frame;
    bool first = false;
    bool last = false;
    bool last_of_picture = false;
    size_t size = 0;
  };

  void Begin() {
    const bool key = std::exchange(key_wanted_, false);
    timestamp_ += 90'000 / kFps;
    for (ScalableFrames::Frame& frame : frames_.Next(key)) {
      auto left = static_cast<size_t>(kKbps[static_cast<size_t>(frame.spatial)] * 1000 / 8 / kFps) *
                  (key ? 3 : 1);
      frame.packets = static_cast<int>((left + kMaxPayload - 1) / kMaxPayload);
      for (int i = 0; i < frame.packets; ++i) {
        const size_t size = std::min(left, kMaxPayload);
        const bool last = i == frame.packets - 1;
        waiting_.push_back({frame, i == 0, last, last && frame.spatial == 2, size});
        left -= size;
      }
    }
  }

  TestStreamConfig config_;
  ScalableFrames frames_;
  Timestamp next_;
  bool key_wanted_ = true;
  std::deque<Packet> waiting_;
  uint16_t seq_ = 0;
  uint32_t timestamp_ = 0;
  std::array<uint8_t, 1400> buffer_;
};

}  // namespace parley::test
