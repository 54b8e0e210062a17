#include "bench/load/publisher.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <utility>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"

namespace parley::bench {
namespace {

constexpr Duration kPacerInterval = Duration::Millis(5);
// Header and extensions; those of video's first packets of a frame have a descriptor too.
constexpr size_t kHeaderSize = 36;
constexpr size_t kFrameOverhead = 42;

test::TestVideoSource::Format VideoFormat(size_t packets_per_frame) {
  test::TestVideoSource::Format format;
  format.max_payload = kVideoSize - kHeaderSize;
  format.bitrate = Bitrate::BitsPerSecond(
      static_cast<int64_t>(packets_per_frame * (kVideoSize - kFrameOverhead) * 8 * 30));
  return format;
}

test::TestStreamConfig StreamOf(const test::TestOffer& offer, size_t m_line,
                                PayloadType payload_type, test::TransportSequence& sequence) {
  test::TestStreamConfig config;
  config.ssrc = *offer.media[m_line].ssrc;
  config.payload_type = payload_type;
  config.mid = std::to_string(m_line);
  config.extensions = test::kTestExtensions;
  config.transport_sequence = &sequence;
  return config;
}

}  // namespace

void SendStamped(ClientLoop& loop, test::TestPeer& peer, std::span<const uint8_t> packet) {
  std::array<uint8_t, 1400> stamped;
  std::copy(packet.begin(), packet.end(), stamped.begin());
  const int64_t time = ClientLoop::SystemNowNs();
  std::memcpy(stamped.data() + packet.size() - sizeof time, &time, sizeof time);
  peer.SendRtp(std::span(stamped).first(packet.size()));
  loop.Send(peer);
}

std::optional<int64_t> SentAtNs(const RtpView& packet) {
  const auto payload = packet.payload();
  int64_t sent;
  if (payload.size() < sizeof sent) return std::nullopt;
  std::memcpy(&sent, payload.data() + payload.size() - sizeof sent, sizeof sent);
  return sent;
}

Publisher::Publisher(ClientLoop& loop, test::TestPeer& peer, test::TestStreamConfig microphone,
                     test::TestStreamConfig camera, Timestamp begin, size_t packets_per_frame)
    : loop_(loop),
      peer_(peer),
      audio_(std::move(microphone), begin, kAudioSize - kHeaderSize),
      video_(std::move(camera), VideoFormat(packets_per_frame), begin) {}

Publisher::Publisher(ClientLoop& loop, test::TestPeer& peer, const test::TestOffer& offer,
                     test::TransportSequence& sequence)
    : Publisher(loop, peer, StreamOf(offer, 0, test::kOpusPayload, sequence),
                StreamOf(offer, 1, test::kVp8Payload, sequence)) {}

uint64_t Publisher::SendDue(Media media, Timestamp now) {
  const bool audio = media == Media::kAudio || media == Media::kBoth;
  const bool video = media != Media::kAudio;
  uint64_t sent = 0;
  while (const auto packet = audio_.Next(now)) {
    if (!audio) continue;
    SendStamped(loop_, peer_, *packet);
    ++sent;
  }
  int left = now < next_burst_ ? 0 : media == Media::kPacedVideo ? kPacerBurst : INT32_MAX;
  while (left > 0) {
    const auto packet = video_.Next(now);
    if (!packet) break;
    if (!video) continue;
    SendStamped(loop_, peer_, *packet);
    ++sent;
    if (--left == 0) next_burst_ = now + kPacerInterval;
  }
  return sent;
}

Timestamp Publisher::NextTime() const {
  return std::min(audio_.NextTime(), std::max(video_.NextTime(), next_burst_));
}

void Publisher::HandleRtcp(std::span<const uint8_t> datagram) {
  const auto compound = RtcpCompound::Parse(datagram);
  if (!compound) return;
  for (const RtcpPacket& packet : *compound) {
    if (PliView::Parse(packet)) video_.RequestKeyFrame();
  }
}

}  // namespace parley::bench
