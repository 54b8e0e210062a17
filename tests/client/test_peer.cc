#include "tests/client/test_peer.h"

#include <algorithm>
#include <cstring>
#include <ctime>
#include <utility>

#include "sfu/base/check.h"
#include "sfu/wire/packet_kind.h"
#include "sfu/wire/rtcp_feedback_nack.h"
#include "sfu/wire/rtcp_feedback_pli_fir.h"
#include "sfu/wire/rtcp_receiver_report.h"
#include "sfu/wire/rtcp_remb.h"
#include "sfu/wire/rtp.h"

namespace parley::test {
namespace {

DtlsIdentity MakeIdentity(DtlsCertificate::Kind kind) {
  auto identity = DtlsIdentity::Generate(kind, std::time(nullptr));
  PARLEY_CHECK(identity.has_value());
  return std::move(*identity);
}

std::string RandomText(RandomSource& random, size_t size) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (size_t i = 0; i < size; ++i) text += kAlphabet[random.Below(kAlphabet.size())];
  return text;
}

IceParams RandomIce(RandomSource& random) {
  return {RandomText(random, 8), RandomText(random, 24)};
}

}  // namespace

TestIdentity::TestIdentity(DtlsCertificate::Kind kind)
    : identity_(MakeIdentity(kind)), context_(identity_) {
  InitSrtp();
}

TestPeer::TestPeer(const TestIdentity& identity, uint64_t seed)
    : identity_(identity), random_(seed), ice_(RandomIce(random_), random_) {}

void TestPeer::Connect(Remote remote, Timestamp now) {
  DtlsRole role = remote.dtls_role == DtlsRole::kServer ? DtlsRole::kClient : DtlsRole::kServer;
  dtls_ = std::make_unique<DtlsEndpoint>(identity_.context(), role, std::move(remote.fingerprints));
  srtp_.reset();
  ice_.SetRemote(std::move(remote.ice), std::move(remote.candidates), now);
}

IceParams TestPeer::RestartIce() {
  ice_.SetLocal(RandomIce(random_));
  return ice_.local();
}

void TestPeer::ContinueIce(IceParams remote, std::vector<SocketAddress> candidates, Timestamp now) {
  ice_.SetRemote(std::move(remote), std::move(candidates), now);
}

void TestPeer::HandlePacket(std::span<uint8_t> packet, const SocketAddress& from, Timestamp now) {
  switch (ClassifyPacket(packet)) {
    case PacketKind::kStun:
      if (auto message = StunView::Parse(packet)) {
        if (message->message_class() == StunClass::kRequest) {
          answer_size_ = ice_.AnswerCheck(*message, from, answer_).size();
          answer_to_ = from;
          break;
        }
        ice_.HandleResponse(*message, from, now);
        if (ice_.selected() && dtls_) dtls_->Start(now);
      }
      break;
    case PacketKind::kDtls:
      if (dtls_) {
        dtls_->HandleDatagram(packet, now);
        AfterDtls();
      }
      break;
    case PacketKind::kRtp:
      if (auto size = srtp_ ? srtp_->UnprotectRtp(packet, now) : std::nullopt) {
        auto view = RtpView::Parse(packet.first(*size));
        if (!view) break;
        ++counters_.rtp_received;
        received_[view->ssrc().value()].Count(*view);
        if (on_rtp) on_rtp(packet.first(*size), now);
      } else {
        ++counters_.undecryptable;
      }
      break;
    case PacketKind::kRtcp:
      if (auto size = srtp_ ? srtp_->UnprotectRtcp(packet, now) : std::nullopt) {
        ++counters_.rtcp_received;
        if (on_rtcp) on_rtcp(packet.first(*size), now);
      } else {
        ++counters_.undecryptable;
      }
      break;
    case PacketKind::kOther:
      break;
  }
}

void TestPeer::AfterDtls() {
  if (dtls_->state() == DtlsEndpoint::State::kConnected && !srtp_) {
    srtp_ = std::make_unique<SrtpSession>(*dtls_->srtp_keys());
    dtls_->DropKeys();
  }
}

std::optional<TestPeer::Datagram> TestPeer::PollDatagram(Timestamp now) {
  if (answer_size_ > 0) {
    return Datagram{answer_to_, std::span(answer_).first(std::exchange(answer_size_, 0))};
  }
  SocketAddress to;
  std::span<const uint8_t> check = ice_.NextCheck(now, check_, to);
  if (!check.empty()) return Datagram{to, check};
  if (!ice_.selected()) return std::nullopt;
  if (dtls_) {
    if (auto bytes = dtls_->PollDatagram()) return Datagram{*ice_.selected(), *bytes};
  }
  if (queue_count_ == 0) return std::nullopt;
  const Queued& packet = queue_[queue_begin_];
  queue_begin_ = (queue_begin_ + 1) % queue_.size();
  --queue_count_;
  return Datagram{*ice_.selected(), std::span(packet.bytes).first(packet.size)};
}

Timestamp TestPeer::NextTimeout() const {
  return std::min(ice_.NextTimeout(), dtls_ ? dtls_->NextTimeout() : Timestamp::Never());
}

void TestPeer::HandleTimeout(Timestamp now) {
  if (!dtls_) return;
  dtls_->HandleTimeout(now);
  AfterDtls();
}

bool TestPeer::Enqueue(std::span<const uint8_t> packet, bool rtcp) {
  PARLEY_CHECK(packet.size() + kSrtpMaxTrailer <= kMaxPacket);
  if (!srtp_) return false;
  if (queue_count_ == queue_.size()) {
    if (queue_.size() >= kMaxQueue) {
      ++counters_.queue_overflow;
      return false;
    }
    std::rotate(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(queue_begin_),
                queue_.end());
    queue_begin_ = 0;
    queue_.resize(std::max<size_t>(4, 2 * queue_.size()));
  }
  Queued& slot = queue_[(queue_begin_ + queue_count_) % queue_.size()];
  std::copy(packet.begin(), packet.end(), slot.bytes.begin());
  auto size = rtcp ? srtp_->ProtectRtcp(slot.bytes, packet.size())
                   : srtp_->ProtectRtp(slot.bytes, packet.size());
  if (!size) return false;
  slot.size = static_cast<uint16_t>(*size);
  ++queue_count_;
  return true;
}

bool TestPeer::SendRtp(std::span<const uint8_t> packet) {
  if (!Enqueue(packet, /*rtcp=*/false)) return false;
  ++counters_.rtp_sent;
  return true;
}

bool TestPeer::SendRtcp(std::span<const uint8_t> packet) { return Enqueue(packet, /*rtcp=*/true); }

bool TestPeer::SendPli(Ssrc sender, Ssrc media) {
  std::array<uint8_t, 64> buffer;
  ByteWriter out(buffer);
  return WritePli(out, sender, media) && SendRtcp(out.written());
}

bool TestPeer::SendNack(Ssrc sender, Ssrc media, std::span<const SeqNum> seqs) {
  std::array<uint8_t, 1200> buffer;
  ByteWriter out(buffer);
  return WriteNack(out, sender, media, seqs) == seqs.size() && SendRtcp(out.written());
}

bool TestPeer::SendRemb(Ssrc sender, Bitrate bitrate, std::span<const Ssrc> ssrcs) {
  std::array<uint8_t, 1200> buffer;
  ByteWriter out(buffer);
  return WriteRemb(out, sender, bitrate, ssrcs) && SendRtcp(out.written());
}

bool TestPeer::SendReceiverReport(Ssrc sender, std::span<const ReportBlock> blocks) {
  std::array<uint8_t, 1200> buffer;
  ByteWriter out(buffer);
  return WriteReceiverReport(out, sender, blocks) && SendRtcp(out.written());
}

}  // namespace parley::test
