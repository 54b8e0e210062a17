#include "tests/recorder/write/meeting.h"

#include <gtest/gtest.h>
#include <opus/opus.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <numbers>
#include <optional>

#include "sfu/wire/ntp.h"
#include "sfu/wire/rtp_builder.h"
#include "sfu/wire/rtp_extensions.h"

namespace parley::testing {
namespace {

constexpr int kFrameRate = 25;
constexpr size_t kPacketBytes = 1100;

Message Wrap(FeedMessage type, Ssrc ssrc, Timestamp at, std::span<const uint8_t> payload) {
  const FeedHeader header = WriteFeedHeader(type, ssrc, at);
  // Sized first: g++ 12 takes growth behind the header for growth beyond it.
  Message message(header.size() + payload.size());
  std::ranges::copy(payload, std::ranges::copy(header, message.begin()).out);
  return message;
}

Message Rtp(Ssrc ssrc, Timestamp at, uint32_t seq, uint32_t timestamp, bool marker,
            std::span<const uint8_t> payload, std::optional<WallTime> captured = {}) {
  std::array<uint8_t, 1500> buffer;
  RtpBuilder builder(buffer, {.payload_type = PayloadType(96),
                              .marker = marker,
                              .seq = SeqNum(static_cast<uint16_t>(seq)),
                              .timestamp = RtpTimestamp(timestamp),
                              .ssrc = ssrc,
                              .csrcs = {}});
  std::array<uint8_t, kAbsCaptureTimeWithOffsetSize> capture;
  if (captured) {
    // By a clock of the capturer's that is two seconds ahead of the sender's.
    const NtpTime ntp = NtpTime::From(*captured + Duration::Seconds(2));
    builder.AddExtension(kFeedCaptureTimeId,
                         WriteAbsCaptureTime({ntp.value(), int64_t{2} << 32}, capture));
  }
  builder.SetPayload(payload);
  return Wrap(FeedMessage::kRtp, ssrc, at, builder.Finish());
}

Message Report(Ssrc ssrc, Timestamp at, WallTime sent, uint32_t timestamp) {
  std::array<uint8_t, 12> payload;
  const uint64_t ntp = NtpTime::From(sent).value();
  for (size_t i = 0; i < 8; ++i) payload[i] = static_cast<uint8_t>(ntp >> 8 * i);
  for (size_t i = 0; i < 4; ++i) payload[8 + i] = static_cast<uint8_t>(timestamp >> 8 * i);
  return Wrap(FeedMessage::kSenderReport, ssrc, at, payload);
}

// A second of frames of a clock with a key frame first, encoded once.
const std::vector<Message>& Pictures() {
  static const std::vector<Message> frames = [] {
    const std::string file = (std::filesystem::temp_directory_path() /
                              ("parley-clock-" + std::to_string(getpid()) + ".ivf"))
                                 .string();
    const std::string made =
        Run("ffmpeg -v error -y -f lavfi -i testsrc=size=320x180:rate=25:duration=4 -c:v libvpx "
            "-deadline realtime -cpu-used 8 -b:v 300k -g 50 -f ivf " +
            file + " 2>&1");
    EXPECT_EQ(made, "0") << "ffmpeg makes the pictures";
    std::ifstream in(file, std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    std::filesystem::remove(file);
    std::vector<Message> all;
    // IVF: 32 bytes of header; each frame behind 4 bytes of size and 8 of time, little endian.
    for (size_t at = 32; at + 12 <= bytes.size();) {
      size_t size = 0;
      for (size_t i = 4; i > 0; --i) size = size << 8 | static_cast<uint8_t>(bytes[at + i - 1]);
      const auto begin = bytes.begin() + static_cast<ptrdiff_t>(at + 12);
      all.emplace_back(begin, begin + static_cast<ptrdiff_t>(size));
      at += 12 + size;
    }
    return all;
  }();
  return frames;
}

Message EncodeTone(OpusEncoder* encoder, int64_t frame) {
  std::array<int16_t, 960> samples;
  for (size_t i = 0; i < samples.size(); ++i) {
    const auto n = static_cast<double>(frame * 960 + static_cast<int64_t>(i));
    samples[i] = static_cast<int16_t>(8000 * std::sin(2 * std::numbers::pi * 440 * n / 48'000));
  }
  Message packet(400);
  const int size = opus_encode(encoder, samples.data(), 960, packet.data(), 400);
  packet.resize(static_cast<size_t>(std::max(size, 0)));
  return packet;
}

}  // namespace

Message MakeMessage(FeedMessage type, Ssrc ssrc, Timestamp at, std::string_view text) {
  return Wrap(type, ssrc, at, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

std::vector<FeedPacket> MakeMeeting(const MeetingOptions& o) {
  std::vector<FeedPacket> all;
  const auto control = [&](FeedMessage type, Ssrc ssrc, const std::string& text) {
    all.push_back({MakeMessage(type, ssrc, o.start, text), o.start, {}});
  };
  control(FeedMessage::kEvent, {},
          R"({"type":"begin","id":"rec1","room":"weekly","title":"Weekly","wall_us":)" +
              std::to_string(o.wall.unix_us()) + "}");
  control(FeedMessage::kEvent, {},
          R"({"type":"joined","participant":"p1","name":"Ada","role":"host"})");
  control(
      FeedMessage::kSourceOpen, kMicrophone,
      R"({"source":11,"participant":"p1","kind":"microphone","codec":"opus","clock_rate":48000,"channels":2})");
  control(FeedMessage::kSourceOpen, kCamera,
          R"({"source":12,"participant":"p1","kind":"camera","codec":"vp8","clock_rate":90000})");

  int error = 0;
  const std::unique_ptr<OpusEncoder, void (*)(OpusEncoder*)> encoder(
      opus_encoder_create(48'000, 1, OPUS_APPLICATION_VOIP, &error), opus_encoder_destroy);
  // The sender's clocks run fast by the skew: of more of their ticks is one of our seconds.
  const double rate = 1 + o.clock_skew;
  const auto ticks = [&](Duration since, double hertz) {
    return static_cast<uint32_t>(std::llround(since.seconds() * hertz * rate)) + 12'345;
  };
  const auto sender_wall = [&](Duration since) {
    return o.wall + Duration::Micros(std::llround(static_cast<double>(since.us()) * rate));
  };
  const auto captured = [&](Duration since) {
    return o.capture_times ? std::optional(sender_wall(since)) : std::nullopt;
  };
  uint32_t seq = 65'000;
  for (int64_t i = 0; Duration::Millis(20) * i < o.length; ++i) {
    const Duration since = Duration::Millis(20) * i;
    const Timestamp at = o.start + since;
    all.push_back({Rtp(kMicrophone, at, seq++, ticks(since, 48'000), false,
                       EncodeTone(encoder.get(), i), captured(since)),
                   at, kMicrophone});
    if (o.reports && i % 50 == 10) {
      all.push_back(
          {Report(kMicrophone, at, sender_wall(since), ticks(since, 48'000)), at, kMicrophone});
    }
  }
  seq = 100;
  const auto& pictures = Pictures();
  for (int64_t i = 0; Duration::Millis(40) * i < o.length; ++i) {
    const Duration since = Duration::Millis(1000 / kFrameRate) * i;
    const Timestamp at = o.start + since + o.video_delay;
    const Message& frame = pictures[static_cast<size_t>(i) % pictures.size()];
    for (size_t offset = 0; offset < frame.size(); offset += kPacketBytes) {
      const size_t size = std::min(kPacketBytes, frame.size() - offset);
      Message payload{static_cast<uint8_t>(offset == 0 ? 0x10 : 0)};
      payload.insert(payload.end(), frame.begin() + static_cast<ptrdiff_t>(offset),
                     frame.begin() + static_cast<ptrdiff_t>(offset + size));
      all.push_back({Rtp(kCamera, at, seq++, ticks(since, 90'000), offset + size == frame.size(),
                         payload, captured(since)),
                     at, kCamera});
    }
    if (o.reports && i % 25 == 5) {
      all.push_back({Report(kCamera, at, sender_wall(since), ticks(since, 90'000)), at, kCamera});
    }
  }
  // By insertion into runs that are in order already.
  std::vector<std::pair<int64_t, size_t>> order;
  for (size_t i = 0; i < all.size(); ++i) order.emplace_back(all[i].at.us(), i);
  std::ranges::sort(order);
  std::vector<FeedPacket> sorted;
  for (const auto& [at, index] : order) sorted.push_back(std::move(all[index]));
  return sorted;
}

std::string Run(const std::string& command) {
  std::string output;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return "no shell";
  std::array<char, 4096> buffer;
  while (const size_t got = fread(buffer.data(), 1, buffer.size(), pipe)) {
    output.append(buffer.data(), got);
  }
  return output + std::to_string(WEXITSTATUS(pclose(pipe)));
}

std::string FileFaults(const std::string& file) {
  const std::string decoded = Run("ffmpeg -v error -xerror -i '" + file + "' -f null - 2>&1");
  if (decoded != "0") return decoded;
  if (!file.ends_with(".webm") && !file.ends_with(".mkv")) return {};
  // 1: grep found nothing.
  const std::string listed =
      Run("mkvinfo --continue '" + file + "' 2>&1 | grep -iE 'error|damaged|corrupt'");
  if (listed != "1") return listed;
  // Of its own database, which it shares with nobody who judges at the same time.
  const std::string judged =
      Run("home=$(mktemp -d); HOME=$home XDG_CONFIG_HOME=$home XDG_DATA_HOME=$home mediaconch -mc "
          "-fs '" +
          file + "' 2>&1; rm -rf \"$home\"");
  return judged.starts_with("pass!") ? "" : judged;
}

double DurationOf(const std::string& file) {
  return std::atof(
      Run("ffprobe -v error -show_entries format=duration -of csv=p=0 '" + file + "' 2>&1")
          .c_str());
}

}  // namespace parley::testing
