#include "bench/load/publisher.h"

#include <algorithm>
#include <string>
#include <utility>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"

namespace parley::bench {
namespace {

constexpr Duration kPacerInterval = Duration::Millis(5);

test::TestVideoSource::Format VideoFormat(const PublishedMedia& media) {
  test::TestVideoSource::Format format;
  format.max_payload = kVideoSize - kHeaderSize;
  format.clip = &media.camera;
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

Publisher::Publisher(ClientLoop& loop, test::TestPeer& peer, const PublishedMedia& media,
                     test::TestStreamConfig microphone, test::TestStreamConfig camera,
                     Timestamp begin)
    : loop_(loop),
      peer_(peer),
      audio_(std::move(microphone), begin, media.voice),
      video_(std::move(camera), VideoFormat(media), begin) {}

Publisher::Publisher(ClientLoop& loop, test::TestPeer& peer, const PublishedMedia& media,
                     const test::TestOffer& offer, test::TransportSequence& sequence)
    : Publisher(loop, peer, media, StreamOf(offer, 0, test::kOpusPayload, sequence),
                StreamOf(offer, 1, test::kVp8Payload, sequence)) {}

void Publisher::Send(std::span<const uint8_t> packet) {
  times_.Sent(packet, ClientLoop::SystemNowNs());
  peer_.SendRtp(packet);
  loop_.Send(peer_);
}

uint64_t Publisher::SendDue(Media media, Timestamp now) {
  const bool audio = media == Media::kAudio || media == Media::kBoth;
  const bool video = media != Media::kAudio;
  uint64_t sent = 0;
  while (const auto packet = audio_.Next(now)) {
    if (!audio) continue;
    Send(*packet);
    ++sent;
  }
  int left = now < next_burst_ ? 0 : media == Media::kPacedVideo ? kPacerBurst : INT32_MAX;
  while (left > 0) {
    const auto packet = video_.Next(now);
    if (!packet) break;
    if (!video) continue;
    Send(*packet);
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
