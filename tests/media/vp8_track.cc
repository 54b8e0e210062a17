#include "tests/media/vp8_track.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "recorder/mux/track_file.h"
#include "sfu/base/check.h"

namespace parley::testing {
namespace {

AvCodec OpenVp8(const PicturesOptions& options) {
  const AVCodec* codec = avcodec_find_encoder_by_name("libvpx");
  PARLEY_CHECK(codec != nullptr);
  AvCodec encoder(avcodec_alloc_context3(codec));
  encoder->width = options.width;
  encoder->height = options.height;
  encoder->pix_fmt = AV_PIX_FMT_YUV420P;
  encoder->time_base = {1, options.frame_rate};
  encoder->gop_size = options.key_interval;
  encoder->bit_rate = options.bitrate;
  if (options.quantizer != 0) encoder->qmin = encoder->qmax = options.quantizer;
  encoder->thread_count = 1;
  AVDictionary* dictionary = nullptr;
  av_dict_set(&dictionary, "deadline", "realtime", 0);
  // Below zero it does not hang on how fast the machine is.
  av_dict_set(&dictionary, "cpu-used", "-8", 0);
  av_dict_set(&dictionary, "lag-in-frames", "0", 0);
  PARLEY_CHECK(avcodec_open2(encoder.get(), codec, &dictionary) == 0);
  av_dict_free(&dictionary);
  return encoder;
}

}  // namespace

void WriteVp8Track(const std::filesystem::path& path, Duration from, Duration length,
                   const PicturesOptions& options,
                   const std::function<void(AVFrame& frame, int number)>& paint) {
  auto file = TrackFile::Create(path, {.codec = Codec::kVp8,
                                       .width = static_cast<uint16_t>(options.width),
                                       .height = static_cast<uint16_t>(options.height),
                                       .codec_private = {}});
  PARLEY_CHECK(file.has_value());
  const AvCodec encoder = OpenVp8(options);
  const AvFrame frame(av_frame_alloc());
  frame->format = AV_PIX_FMT_YUV420P;
  frame->width = options.width;
  frame->height = options.height;
  PARLEY_CHECK(av_frame_get_buffer(frame.get(), 0) == 0);
  const AvPacket packet(av_packet_alloc());
  const int64_t pictures = length.us() * options.frame_rate / 1'000'000;
  const auto add = [&](int64_t number, const AVPacket& encoded) {
    const Duration at = from + Duration::Micros(number * 1'000'000 / options.frame_rate);
    PARLEY_CHECK(!file->Add(at, (encoded.flags & AV_PKT_FLAG_KEY) != 0,
                            {encoded.data, static_cast<size_t>(encoded.size)}));
  };
  const int64_t painted =
      options.painted == 0 ? pictures : std::min<int64_t>(pictures, options.painted);
  std::vector<AvPacket> again;
  for (int64_t i = 0; i < painted; ++i) {
    PARLEY_CHECK(av_frame_make_writable(frame.get()) == 0);
    paint(*frame, static_cast<int>(i));
    frame->pts = i;
    PARLEY_CHECK(avcodec_send_frame(encoder.get(), frame.get()) == 0);
    while (avcodec_receive_packet(encoder.get(), packet.get()) == 0) {
      add(packet->pts, *packet);
      if (options.painted != 0) again.emplace_back(av_packet_clone(packet.get()));
      av_packet_unref(packet.get());
    }
  }
  for (int64_t i = painted; i < pictures; ++i) add(i, *again[static_cast<size_t>(i % painted)]);
  PARLEY_CHECK(!file->Finish(from + length));
}

}  // namespace parley::testing
