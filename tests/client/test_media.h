#pragma once

// Synthetic media with headers and descriptors as a browser sends them; the payload behind them is
// filler, or what was encoded beforehand (MediaClip, of which each frame is sent as it is). Pull
// model: Next(now) gives one packet at a time while one is due. Each source belongs to one thread.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp_extensions.h"
#include "tests/client/media_clip.h"

namespace parley::test {

// The transport-wide sequence number that all packets of a peer share.
struct TransportSequence {
  uint16_t next = 0;
};

struct TestStreamConfig {
  Ssrc ssrc;
  PayloadType payload_type;
  std::string mid;  // sent in every packet; empty: not sent
  std::string rid;  // likewise
  HeaderExtensionIds extensions;
  TransportSequence* transport_sequence = nullptr;  // null: not sent
};

// An Opus-like packet each 20 ms, each fiftieth of which says when it was captured.
class TestAudioSource {
 public:
  TestAudioSource(TestStreamConfig config, Timestamp start, size_t payload_size = 80);
  // Packets of Opus, which outlive this.
  TestAudioSource(TestStreamConfig config, Timestamp start, const MediaClip& clip);

  void set_level(AudioLevel level) { level_ = level; }
  // One packet, valid until the next call; nothing while none is due.
  std::optional<std::span<const uint8_t>> Next(Timestamp now);
  Timestamp NextTime() const { return next_; }
  uint64_t packets() const { return packets_; }

 private:
  TestStreamConfig config_;
  AudioLevel level_{.level = 30, .voice = true};
  size_t payload_size_ = 0;          // of filler
  const MediaClip* clip_ = nullptr;  // null: filler
  Timestamp next_;
  uint16_t seq_ = 0;
  uint32_t timestamp_ = 0;
  uint64_t packets_ = 0;
  std::array<uint8_t, 1200> buffer_;
};

// VP8 frames (RFC 7741): picture ids, TL0PICIDX, one temporal layer. Of filler, the first and those
// asked for are key frames, four times as large; a clip goes on from its next key frame when one is
// asked for, so that whatever is sent decodes.
class TestVideoSource {
 public:
  struct Format {
    int frames_per_second = 30;
    Bitrate bitrate = Bitrate::Kbps(500);
    uint16_t width = 640;
    uint16_t height = 360;
    size_t max_payload = 1100;  // bytes of a packet's payload
    // Null: filler, of the bitrate and size above. Outlives the source.
    const MediaClip* clip = nullptr;
    // Of a shared screen: so large are its key frames and a picture this often; the others repeat
    // it at `bitrate`.
    size_t slide_bytes = 0;
    Duration slide_every = Duration::Zero();
  };

  TestVideoSource(TestStreamConfig config, Format format, Timestamp start);

  void RequestKeyFrame() { key_frame_wanted_ = true; }
  std::optional<std::span<const uint8_t>> Next(Timestamp now);
  Timestamp NextTime() const { return next_; }
  uint64_t packets() const { return packets_; }
  uint64_t frames() const { return frames_; }
  uint64_t key_frames() const { return key_frames_; }
  Ssrc ssrc() const { return config_.ssrc; }

 private:
  void BeginFrame();
  // The next bytes of the frame under way.
  void Write(std::span<uint8_t> data) const;
  // Of filler.
  size_t FrameSize();

  TestStreamConfig config_;
  Format format_;
  Timestamp next_;
  Timestamp next_slide_;
  bool key_frame_wanted_ = true;
  bool key_frame_ = false;
  const MediaClip::Frame* frame_ = nullptr;  // of the clip, under way
  size_t clip_next_ = 0;
  size_t left_in_frame_ = 0;  // bytes still to be sent of the frame under way
  bool first_of_frame_ = true;
  uint16_t seq_ = 0;
  uint32_t timestamp_ = 0;
  uint16_t picture_id_ = 0;
  uint8_t tl0_ = 0;
  uint64_t packets_ = 0;
  uint64_t frames_ = 0;
  uint64_t key_frames_ = 0;
  std::array<uint8_t, 1400> buffer_;
};

}  // namespace parley::test
