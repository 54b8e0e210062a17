// That what synthetic clients publish from files is real: it decodes, also from a key frame that
// was asked for, and to the pictures and the sound that were encoded.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "recorder/compose/av.h"
#include "recorder/track/opus_packet.h"
#include "recorder/track/vp8_assembler.h"
#include "tests/client/test_media.h"
#include "tests/client/test_offer.h"
#include "tests/media/clip_files.h"
#include "tests/media/moving_head.h"

namespace parley::test {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPacketsPerFrame = 2;
constexpr size_t kPacketPayload = 1064;
constexpr size_t kDescriptor = 6;
constexpr size_t kFrame = kPacketsPerFrame * (kPacketPayload - kDescriptor);
constexpr size_t kVoicePacket = 64;
constexpr Timestamp kStart = Timestamp::Seconds(10);
constexpr Duration kLength = Duration::Seconds(3);
constexpr size_t kClipFrames = 90;

TestStreamConfig Stream(PayloadType type) {
  return {Ssrc(5), type, "1", "", kTestExtensions, nullptr};
}

std::string EndOf(std::span<const uint8_t> bytes) {
  const auto end = bytes.last(8);
  return {end.begin(), end.end()};
}

// By FFmpeg's decoder of that name, which takes no damage.
class Decoder {
 public:
  explicit Decoder(const char* name) : frame_(av_frame_alloc()) {
    const AVCodec* codec = avcodec_find_decoder_by_name(name);
    decoder_.reset(avcodec_alloc_context3(codec));
    decoder_->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK | AV_EF_BITSTREAM;
    decoder_->thread_count = 1;
    decoder_->sample_rate = 48'000;
    av_channel_layout_default(&decoder_->ch_layout, 1);
    EXPECT_EQ(avcodec_open2(decoder_.get(), codec, nullptr), 0);
  }

  // What one packet holds; null where it is refused.
  const AVFrame* Decode(std::span<const uint8_t> bytes) {
    const AvPacket packet(av_packet_alloc());
    EXPECT_EQ(av_new_packet(packet.get(), static_cast<int>(bytes.size())), 0);
    std::memcpy(packet->data, bytes.data(), bytes.size());
    if (avcodec_send_packet(decoder_.get(), packet.get()) != 0) return nullptr;
    return avcodec_receive_frame(decoder_.get(), frame_.get()) == 0 ? frame_.get() : nullptr;
  }

 private:
  AvCodec decoder_;
  AvFrame frame_;
};

// On average, of luma.
double Difference(const AVFrame& a, const AVFrame& b) {
  int64_t sum = 0;
  for (int row = 0; row < a.height; ++row) {
    for (int column = 0; column < a.width; ++column) {
      sum += std::abs(a.data[0][row * a.linesize[0] + column] -
                      b.data[0][row * b.linesize[0] + column]);
    }
  }
  return static_cast<double>(sum) / (a.height * a.width);
}

class ClipTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    av_log_set_level(AV_LOG_ERROR);
    directory_ = fs::temp_directory_path() / ("parley-clips-" + std::to_string(getpid()));
    camera_ = parley::testing::LoadCameraClip(directory_, kLength, kFrame);
    voice_ = parley::testing::LoadVoiceClip(directory_, kLength, kVoicePacket);
  }
  static void TearDownTestSuite() { fs::remove_all(directory_); }

  static TestVideoSource Camera() {
    return {Stream(kVp8Payload), {.max_payload = kPacketPayload, .clip = &camera_}, kStart};
  }

  // As a receiver has them, of `source` from now until `end`.
  static std::vector<MediaFrame> Frames(TestVideoSource& source, Timestamp end) {
    Vp8Assembler assembler;
    std::vector<MediaFrame> frames;
    while (const auto packet = source.Next(end)) {
      const auto rtp = RtpView::Parse(*packet);
      EXPECT_EQ(rtp->payload().size(), kPacketPayload);
      if (auto frame = assembler.Add(*rtp, false)) frames.push_back(*std::move(frame));
    }
    EXPECT_EQ(assembler.frames_dropped(), 0u);
    return frames;
  }

  static inline fs::path directory_;
  static inline MediaClip camera_;
  static inline MediaClip voice_;
};

TEST_F(ClipTest, SendsThePicturesThatWereEncoded) {
  for (const char* name : {"vp8", "libvpx"}) {
    TestVideoSource source = Camera();
    const auto frames = Frames(source, kStart + Duration::Millis(2990));
    ASSERT_EQ(frames.size(), kClipFrames);
    EXPECT_EQ(source.packets(), kClipFrames * kPacketsPerFrame);
    EXPECT_EQ(source.key_frames(), 3u);
    Decoder decoder(name);
    // Without noise, of which the encoder keeps little.
    parley::testing::MovingHead head(0);
    const AvFrame painted(av_frame_alloc());
    painted->format = AV_PIX_FMT_YUV420P;
    painted->width = 320;
    painted->height = 180;
    ASSERT_EQ(av_frame_get_buffer(painted.get(), 0), 0);
    for (size_t i = 0; i < frames.size(); ++i) {
      const AVFrame* decoded = decoder.Decode(frames[i].data);
      ASSERT_TRUE(decoded) << name << ' ' << i;
      EXPECT_EQ(decoded->width, 320);
      EXPECT_EQ(decoded->height, 180);
      head.Paint(*painted, static_cast<int>(i));
      EXPECT_LT(Difference(*decoded, *painted), 8) << name << ' ' << i;
    }
  }
}

TEST_F(ClipTest, GoesOnFromItsNextKeyFrameWhenAskedForOne) {
  TestVideoSource source = Camera();
  Frames(source, kStart + Duration::Millis(300));  // which somebody who joins now has missed
  source.RequestKeyFrame();
  // More than a round of the clip.
  const auto frames = Frames(source, kStart + Duration::Millis(4300));
  ASSERT_EQ(frames.size(), 120u);
  EXPECT_TRUE(frames.front().key_frame);
  EXPECT_EQ(frames.front().width, 320);
  Decoder decoder("libvpx");
  for (size_t i = 0; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].key_frame, i % 30 == 0) << i;
    EXPECT_TRUE(decoder.Decode(frames[i].data)) << i;
  }
}

TEST_F(ClipTest, SendsSoundThatDecodes) {
  for (const char* name : {"opus", "libopus"}) {
    TestAudioSource source(Stream(kOpusPayload), kStart, voice_);
    Decoder decoder(name);
    int samples = 0;
    double loudest = 0;
    while (const auto packet = source.Next(kStart + Duration::Millis(3990))) {
      const auto payload = RtpView::Parse(*packet)->payload();
      EXPECT_EQ(payload.size(), kVoicePacket);
      EXPECT_EQ(OpusPacketDuration(payload), Duration::Millis(20));
      const AVFrame* decoded = decoder.Decode(payload);
      ASSERT_TRUE(decoded) << name << ' ' << source.packets();
      samples += decoded->nb_samples;
      for (int i = 0; i < decoded->nb_samples; ++i) {
        const double sample =
            decoded->format == AV_SAMPLE_FMT_FLTP
                ? reinterpret_cast<const float*>(decoded->data[0])[i]
                : reinterpret_cast<const int16_t*>(decoded->data[0])[i] / 32'768.0;
        loudest = std::max(loudest, std::abs(sample));
      }
    }
    EXPECT_EQ(source.packets(), 200u) << name;
    // A decoder may leave out what it needs to begin.
    EXPECT_GT(samples, 199 * 960) << name;
    EXPECT_GT(loudest, 0.2) << name;
    EXPECT_LT(loudest, 0.8) << name;
  }
}

TEST_F(ClipTest, TellsPacketsApartByTheirEnds) {
  std::set<std::string> ends;
  size_t packets = 0;
  TestVideoSource video = Camera();
  while (const auto packet = video.Next(kStart + Duration::Millis(2990))) {
    ends.insert(EndOf(*packet));
    ++packets;
  }
  for (const auto& frame : voice_.frames) ends.insert(EndOf(frame.data));
  EXPECT_EQ(packets, kClipFrames * kPacketsPerFrame);
  EXPECT_EQ(ends.size(), packets + voice_.frames.size());
}

TEST_F(ClipTest, ReadsTheFilesThatAreThere) {
  const fs::path file = directory_ / ("camera-3s-" + std::to_string(kFrame) + ".webm");
  const auto written = fs::last_write_time(file);
  const MediaClip again = parley::testing::LoadCameraClip(directory_, kLength, kFrame);
  EXPECT_EQ(fs::last_write_time(file), written);
  ASSERT_EQ(again.frames.size(), camera_.frames.size());
  for (size_t i = 0; i < again.frames.size(); ++i) {
    EXPECT_EQ(again.frames[i].data, camera_.frames[i].data);
  }
}

}  // namespace
}  // namespace parley::test
