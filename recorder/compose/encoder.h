#pragma once

// What is composed, encoded as H.264 and AAC (or Opus) and given to a muxer as packets. The muxer
// is its caller's, who opens it, writes its head when the streams are added, and closes it. One
// thread.

#include <cstdint>
#include <expected>
#include <span>
#include <string>
#include <vector>

#include "recorder/compose/av.h"
#include "recorder/scene/layout.h"

namespace parley {

// A picture may begin at each quarter of the time that it stands for at least: so it begins when
// the camera's does, and lips and voice stay together.
inline constexpr int64_t kTicksPerPicture = 4;

struct VideoSettings {
  CanvasSize size;
  int frame_rate = 30;              // pictures a second, usually
  int64_t tick_rate = 30;           // what their times are counted in, a second
  const char* preset = "veryfast";  // of x264
  // Every picture leaves at once, so that it can be cut behind any, and there is a most to what a
  // second takes.
  bool live = false;
};

enum class SoundCodec : uint8_t { kAac, kOpus };

class Encoder {
 public:
  using Result = std::expected<void, std::string>;

  // `muxer` outlives it.
  explicit Encoder(AVFormatContext& muxer);

  // In this order, each at most once, before the muxer's head is written.
  [[nodiscard]] Result AddVideo(const VideoSettings& settings);
  [[nodiscard]] Result AddSound(SoundCodec codec);
  // From the next picture on, which begins anew; what x264 cannot change in the middle of a stream
  // stays as it is. Not for what is live, which begins another stream.
  [[nodiscard]] Result SetPreset(const char* preset);

  // A picture that stands from `tick` on until the next one; ticks grow.
  [[nodiscard]] Result EncodePicture(const AVFrame& picture, int64_t tick, bool key);
  // Interleaved stereo at 48 kHz; follows what came before.
  [[nodiscard]] Result EncodeSound(std::span<const float> samples);
  // Gives what is left to the muxer. Nothing can be encoded afterwards.
  [[nodiscard]] Result Finish();

 private:
  struct Stream {
    AvCodec encoder;
    AVStream* stream = nullptr;
  };

  // x264, as the settings say.
  std::expected<AvCodec, std::string> OpenVideo() const;
  // Takes the options, too.
  std::expected<AvCodec, std::string> Opened(AvCodec encoder, const AVCodec* codec,
                                             AVDictionary* options) const;
  Result AddStream(AvCodec encoder, Stream& stream);
  // Null: nothing follows.
  Result Encode(Stream& stream, const AVFrame* frame);
  // So many samples a channel from `samples` on.
  Result EncodeSamples(const float* samples, size_t count);

  AVFormatContext& muxer_;
  VideoSettings settings_;
  Stream video_;
  Stream sound_;
  AvFrame picture_;
  AvFrame samples_;
  AvPacket packet_;
  std::vector<float> waiting_;  // sound that fills no frame yet
  int64_t next_sample_ = 0;
};

}  // namespace parley
