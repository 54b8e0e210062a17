#include "tests/media/opus_track.h"

#include <opus/opus.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <random>
#include <span>

#include "recorder/mux/track_file.h"
#include "sfu/base/check.h"

namespace parley::testing {

void WriteOpusTrack(const std::filesystem::path& path, Duration length, size_t packet_size) {
  constexpr Duration kPacket = Duration::Millis(20);
  auto file = TrackFile::Create(path, {.channels = 2, .codec_private = {}});
  PARLEY_CHECK(file.has_value());
  int error = 0;
  const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
      opus_encoder_create(48'000, 1, OPUS_APPLICATION_VOIP, &error), opus_encoder_destroy);
  std::array<uint8_t, 1500> bytes;
  const std::span packet = std::span(bytes).first(packet_size == 0 ? bytes.size() : packet_size);
  if (packet_size != 0) {
    const int64_t bitrate = static_cast<int64_t>(packet_size) * 8 * 1'000'000 / kPacket.us();
    opus_encoder_ctl(encoder.get(), OPUS_SET_VBR(0));
    opus_encoder_ctl(encoder.get(), OPUS_SET_BITRATE(static_cast<opus_int32>(bitrate)));
  }
  std::minstd_rand breath(1);  // so that no two packets are alike
  std::array<float, 960> samples;
  for (Duration at; at < length; at += kPacket) {
    for (size_t i = 0; i < samples.size(); ++i) {
      const double t = at.seconds() + static_cast<double>(i) / 48'000;
      samples[i] = static_cast<float>(0.2 * std::sin(2 * std::numbers::pi * 180 * t) *
                                          (1 + std::sin(2 * std::numbers::pi * 3 * t)) +
                                      0.01 * (static_cast<double>(breath()) / breath.max() - 0.5));
    }
    const int size = opus_encode_float(encoder.get(), samples.data(), 960, packet.data(),
                                       static_cast<opus_int32>(packet.size()));
    PARLEY_CHECK(size > 0);
    PARLEY_CHECK(!file->Add(at, true, packet.first(static_cast<size_t>(size))));
  }
  PARLEY_CHECK(!file->Finish(length));
}

}  // namespace parley::testing
