#include "bench/record/limits.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "sfu/base/check.h"

namespace parley::bench {
namespace {

namespace fs = std::filesystem;

// All pictures of a file's first video stream; those beyond `most` are only counted.
struct Pictures {
  std::vector<AvFrame> frames;
  int count = 0;
};

Pictures Read(const fs::path& file, size_t most) {
  AVFormatContext* context = nullptr;
  PARLEY_CHECK(avformat_open_input(&context, file.c_str(), nullptr, nullptr) == 0);
  const AVCodecParameters* parameters = context->streams[0]->codecpar;
  const AVCodec* codec = avcodec_find_decoder(parameters->codec_id);
  const AvCodec decoder(avcodec_alloc_context3(codec));
  PARLEY_CHECK(avcodec_parameters_to_context(decoder.get(), parameters) >= 0);
  decoder->thread_count = 1;
  PARLEY_CHECK(avcodec_open2(decoder.get(), codec, nullptr) == 0);
  const AvPacket packet(av_packet_alloc());
  Pictures pictures;
  const auto take = [&] {
    AvFrame frame(av_frame_alloc());
    while (avcodec_receive_frame(decoder.get(), frame.get()) == 0) {
      ++pictures.count;
      if (pictures.frames.size() < most) pictures.frames.push_back(std::move(frame));
      frame.reset(av_frame_alloc());
    }
  };
  while (av_read_frame(context, packet.get()) == 0) {
    if (packet->stream_index == 0) avcodec_send_packet(decoder.get(), packet.get());
    av_packet_unref(packet.get());
    take();
  }
  avcodec_send_packet(decoder.get(), nullptr);
  take();
  avformat_close_input(&context);
  return pictures;
}

}  // namespace

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double WriteBytes(const fs::path& file, uint64_t bytes, Duration length) {
  const int64_t writes = std::max<int64_t>(length.ms() / 200, 1);
  const std::vector<uint8_t> piece(bytes / static_cast<uint64_t>(writes) + 1, 7);
  std::vector<uint8_t> copy;
  const int fd = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  PARLEY_CHECK(fd >= 0);
  const double before = CpuSeconds();
  for (int64_t i = 0; i < writes; ++i) {
    copy.assign(piece.begin(), piece.end());
    PARLEY_CHECK(write(fd, copy.data(), copy.size()) == static_cast<ssize_t>(copy.size()));
  }
  const double spent = CpuSeconds() - before;
  close(fd);
  return spent;
}

double DecodeAll(const fs::path& directory) {
  const auto manifest = ReadRecording(directory);
  PARLEY_CHECK(manifest.has_value());
  const double before = CpuSeconds();
  for (const RecordedTrack& track : manifest->tracks) {
    if (IsSound(track)) continue;
    Read(directory / track.file, 0);
  }
  return CpuSeconds() - before;
}

double EncodeAgain(const fs::path& composed, const ComposeOptions& options, int most) {
  const Pictures pictures = Read(composed, static_cast<size_t>(most));
  PARLEY_CHECK(!pictures.frames.empty());
  const fs::path again = composed.string() + ".again.mp4";
  VideoSettings video{.size = CanvasSize::OfHeight(options.height),
                      .frame_rate = options.frame_rate,
                      .tick_rate = options.frame_rate};
  if (options.preset != nullptr) video.preset = options.preset;
  auto output = OutputFile::Create(again, {.video = video, .title = {}});
  PARLEY_CHECK(output.has_value());
  const double before = CpuSeconds();
  int64_t tick = 0;
  for (const AvFrame& frame : pictures.frames) {
    PARLEY_CHECK((*output)->AddPicture(*frame, tick++).has_value());
  }
  PARLEY_CHECK((*output)->Finish().has_value());
  const double spent = CpuSeconds() - before;
  fs::remove(again);
  return spent * pictures.count / static_cast<double>(pictures.frames.size());
}

}  // namespace parley::bench
