#include "tests/sim/sim_member.h"

#include <algorithm>
#include <array>
#include <utility>

#include "sfu/wire/rtcp.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtx.h"
#include "tests/client/test_offer.h"

namespace parley::sim {
namespace {

constexpr size_t kSentPackets = 1000;
constexpr Ssrc kFeedbackSender{1};

// Retransmissions of an encoding with a RID carry it as the repaired one (RFC 8852 section 3.1).
void RenameRid(std::span<uint8_t> packet) {
  const size_t begin = kRtpFixedHeaderSize + 4 * size_t{packet[0] & 0x0Fu} + 4;
  const size_t end = begin + 4 * size_t{LoadBe16(packet.data() + begin - 2)};
  for (size_t at = begin; at < end;) {
    const uint8_t id = packet[at] >> 4;
    if (id == 0) {
      ++at;
      continue;
    }
    if (id == test::kTestExtensions.rid) {
      packet[at] =
          static_cast<uint8_t>(test::kTestExtensions.repaired_rid << 4 | (packet[at] & 0x0F));
    }
    at += 2 + size_t{packet[at] & 0x0Fu};
  }
}

test::TestVideoSource::Format LayerFormat(int layer, int layers) {
  test::TestVideoSource::Format format;
  static constexpr int kKbps[] = {150, 500, 1500};
  static constexpr uint16_t kHeights[] = {180, 360, 720};
  const int quality = layers == 1 ? 1 : layer;
  format.bitrate = Bitrate::Kbps(kKbps[quality]);
  format.height = kHeights[quality];
  format.width = static_cast<uint16_t>(format.height * 16 / 9);
  return format;
}

// As Chromium encodes a page of text with 0.15 and 2.5 Mb/s.
test::TestVideoSource::Format SlideFormat(int layer) {
  test::TestVideoSource::Format format;
  format.frames_per_second = 5;
  format.bitrate = Bitrate::Kbps(10);
  format.height = layer == 0 ? 360 : 720;
  format.width = static_cast<uint16_t>(format.height * 16 / 9);
  format.slide_bytes = layer == 0 ? 18'000 : 60'000;
  format.slide_every = Duration::Seconds(6);
  return format;
}

}  // namespace

SimMember::SimMember(uint32_t number, const test::MemberShape& shape,
                     const test::TestIdentity& identity, RandomSource& random)
    : peer_(identity, random.U64()),
      plan_(number, shape, peer_, random),
      feedback_(shape.transport_cc ? test::kTestExtensions.transport_cc : uint8_t{0},
                kFeedbackSender) {
  for (const SlotParams& slot : plan_.params().slots) slots_.emplace_back(slot.ssrc, slot.rtx_ssrc);
  peer_.on_rtp = [this](std::span<const uint8_t> packet, Timestamp now) { HandleRtp(packet, now); };
  peer_.on_rtcp = [this](std::span<const uint8_t> datagram, Timestamp) { HandleRtcp(datagram); };
}

void SimMember::SetLevel(uint8_t level) {
  level_ = {.level = level, .voice = level < 60};
  if (audio_) audio_->set_level(level_);
}

void SimMember::Tick(Timestamp now) {
  if (!peer_.connected()) return;
  if (!started_) {
    started_ = true;
    const test::MemberShape& shape = plan_.shape();
    if (shape.microphone) {
      audio_.emplace(plan_.MicrophoneStream(&transport_sequence_), now);
      audio_->set_level(level_);
    }
    if (shape.camera && shape.camera_codec != Codec::kVp8) {
      layers_.push_back({test::TestScalableSource(plan_.CameraStream(0, &transport_sequence_),
                                                  shape.camera_codec, true, now),
                         {},
                         0});
    }
    for (int i = 0; shape.camera && layers_.size() < static_cast<size_t>(shape.camera_layers);
         ++i) {
      layers_.push_back(
          {test::TestVideoSource(
               plan_.CameraStream(i, &transport_sequence_),
               shape.screen ? SlideFormat(i) : LayerFormat(i, shape.camera_layers), now),
           {},
           0});
    }
  }
  if (audio_) {
    while (const auto packet = audio_->Next(now)) peer_.SendRtp(*packet);
  }
  for (size_t i = 0; i < layers_.size(); ++i) {
    Layer& layer = layers_[i];
    while (const auto packet = layer.Next(now)) {
      std::vector<uint8_t> bytes(packet->begin(), packet->end());
      if (tamper && !tamper(bytes, static_cast<int>(i))) continue;
      peer_.SendRtp(bytes);
      layer.sent.push_back(std::move(bytes));
      if (layer.sent.size() > kSentPackets) layer.sent.pop_front();
    }
  }
  for (SlotReceiver& slot : slots_) {
    const std::vector<SeqNum> wanted = slot.TakeNacks(now);
    if (!wanted.empty()) peer_.SendNack(kFeedbackSender, slot.ssrc(), wanted);
  }
  feedback_.Poll(peer_, now);
}

void SimMember::HandleRtp(std::span<const uint8_t> packet, Timestamp now) {
  const auto view = RtpView::Parse(packet);
  if (!view) return;
  received_ += DataSize::Bytes(static_cast<int64_t>(packet.size()));
  if (view->payload().empty()) ++padding_;
  feedback_.HandleRtp(*view, now);
  const auto slot =
      std::ranges::find_if(slots_, [&](const SlotReceiver& s) { return s.Owns(view->ssrc()); });
  if (slot != slots_.end()) slot->HandleRtp(*view, now);
}

void SimMember::HandleRtcp(std::span<const uint8_t> datagram) {
  const auto compound = RtcpCompound::Parse(datagram);
  if (!compound) return;
  const auto layer_of = [&](Ssrc ssrc) {
    return static_cast<size_t>(
        std::ranges::find(layers_, ssrc, [](const Layer& l) { return l.ssrc(); }) -
        layers_.begin());
  };
  for (const RtcpPacket& packet : *compound) {
    if (const auto pli = PliView::Parse(packet)) {
      const size_t layer = layer_of(pli->media_ssrc());
      if (layer == layers_.size()) continue;
      ++key_frame_requests_;
      layers_[layer].RequestKeyFrame();
    } else if (const auto nack = NackView::Parse(packet)) {
      const size_t layer = layer_of(nack->media_ssrc());
      if (layer == layers_.size()) continue;
      nack->ForEach([&](SeqNum seq) { Resend(layer, seq); });
    }
  }
}

void SimMember::Resend(size_t layer_index, SeqNum seq) {
  Layer& layer = layers_[layer_index];
  for (const auto& bytes : layer.sent) {
    if (LoadBe16(bytes.data() + 2) != seq.value()) continue;
    const auto view = RtpView::Parse(bytes);
    if (!view) continue;
    std::array<uint8_t, 1400> buffer;
    const auto rtx = WrapRtx(*view, test::RtxOf(view->payload_type()),
                             plan_.CameraRtxSsrc(static_cast<int>(layer_index)),
                             SeqNum(layer.rtx_seq++), buffer);
    if (layers_.size() > 1) RenameRid(rtx);
    if (!rtx.empty() && peer_.SendRtp(rtx)) ++retransmissions_;
    return;
  }
}

}  // namespace parley::sim
