#include "sfu/transport/srtp_session.h"

#include <arpa/inet.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <utility>

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"

namespace parley {
namespace {

constexpr size_t kRtpHeaderSize = 12;
constexpr size_t kRtcpHeaderSize = 8;
constexpr size_t kSrtcpIndexSize = 4;
// Senders never repeat a packet, so their window is libsrtp's least.
constexpr unsigned long kSendWindow = 64;

srtp_policy_t MakePolicy(SrtpProfile profile, SrtpMasterKey& key) {
  srtp_policy_t policy{};
  switch (profile) {
    case SrtpProfile::kAeadAes128Gcm:
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
      break;
    case SrtpProfile::kAeadAes256Gcm:
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_256_16_auth(&policy.rtcp);
      break;
    case SrtpProfile::kAes128CmHmacSha1_80:
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      break;
  }
  policy.key = key.data();
  return policy;
}

size_t HashOf(uint32_t ssrc) { return (ssrc * 0x9E3779B1u) >> 16; }

}  // namespace

void SrtpSession::Free::operator()(srtp_ctx_t_* ctx) const { srtp_dealloc(ctx); }

SrtpSession::SrtpSession(const SrtpKeys& keys)
    : sender_(keys.profile, keys.local), keys_(keys), outbound_(2) {
  KeyRing::Scope scope(ring_);
  srtp_policy_t policy = MakePolicy(keys_.profile, keys_.remote);
  policy.ssrc.type = ssrc_any_inbound;
  policy.window_size = kReplayWindow;
  srtp_t ctx = nullptr;
  PARLEY_CHECK(srtp_create(&ctx, &policy) == srtp_err_status_ok);
  inbound_.reset(ctx);
}

SrtpSession::~SrtpSession() = default;

srtp_ctx_t_* SrtpSession::FindOutbound(uint32_t ssrc) {
  const size_t mask = outbound_.size() - 1;
  for (size_t i = HashOf(ssrc) & mask; outbound_[i].context; i = (i + 1) & mask) {
    if (outbound_[i].ssrc == ssrc) return outbound_[i].context.get();
  }
  return nullptr;
}

void SrtpSession::Insert(Outbound entry) {
  const size_t mask = outbound_.size() - 1;
  size_t i = HashOf(entry.ssrc) & mask;
  while (outbound_[i].context) i = (i + 1) & mask;
  outbound_[i] = std::move(entry);
}

srtp_ctx_t_* SrtpSession::AddOutboundContext(uint32_t ssrc) {
  if (outbound_count_ >= kMaxOutboundSsrcs) {
    ++counters_.too_many_ssrcs;
    return nullptr;
  }
  if (2 * (outbound_count_ + 1) > outbound_.size()) {
    std::vector<Outbound> old =
        std::exchange(outbound_, std::vector<Outbound>(2 * outbound_.size()));
    for (Outbound& entry : old) {
      if (entry.context) Insert(std::move(entry));
    }
  }
  KeyRing::Scope scope(ring_);
  srtp_policy_t policy = MakePolicy(keys_.profile, keys_.local);
  policy.ssrc.type = ssrc_specific;
  policy.ssrc.value = ssrc;
  policy.window_size = kSendWindow;
  srtp_t ctx = nullptr;
  PARLEY_CHECK(srtp_create(&ctx, &policy) == srtp_err_status_ok);
  Insert(Outbound{ssrc, Context(ctx)});
  ++outbound_count_;
  return ctx;
}

// The size of the table when it is not there.
size_t SrtpSession::FindInbound(uint32_t ssrc) const {
  if (last_inbound_ < inbound_ssrcs_.size() && inbound_ssrcs_[last_inbound_].ssrc == ssrc) {
    return last_inbound_;
  }
  const auto found = std::ranges::find(inbound_ssrcs_, ssrc, &Inbound::ssrc);
  return static_cast<size_t>(found - inbound_ssrcs_.begin());
}

size_t SrtpSession::LeastRecentInbound() const {
  const auto least = std::ranges::min_element(inbound_ssrcs_, {}, &Inbound::heard);
  return static_cast<size_t>(least - inbound_ssrcs_.begin());
}

bool SrtpSession::MayReceive(uint32_t ssrc, Timestamp now) {
  if (inbound_ssrcs_.size() < kMaxInboundSsrcs || FindInbound(ssrc) < inbound_ssrcs_.size() ||
      now - inbound_ssrcs_[LeastRecentInbound()].heard > kInboundKept) {
    return true;
  }
  ++counters_.too_many_ssrcs;
  return false;
}

// Only after authentication: nobody without the key takes a place.
void SrtpSession::NoteReceived(uint32_t ssrc, Timestamp now) {
  size_t at = FindInbound(ssrc);
  if (at == inbound_ssrcs_.size()) {
    if (at < kMaxInboundSsrcs) {
      inbound_ssrcs_.emplace_back();
    } else {
      at = LeastRecentInbound();
      srtp_remove_stream(inbound_.get(), htonl(inbound_ssrcs_[at].ssrc));
    }
    inbound_ssrcs_[at].ssrc = ssrc;
  }
  inbound_ssrcs_[at].heard = now;
  last_inbound_ = at;
}

void SrtpSession::CountFailure(int status) {
  switch (status) {
    case srtp_err_status_auth_fail:
      ++counters_.authentication;
      break;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
    case srtp_err_status_pkt_idx_old:
      ++counters_.replayed;
      break;
    case srtp_err_status_bad_param:
    case srtp_err_status_parse_err:
      ++counters_.malformed;
      break;
    default:
      ++counters_.other;
  }
}

std::optional<size_t> SrtpSession::UnprotectRtp(std::span<uint8_t> packet, Timestamp now) {
  if (packet.size() < kRtpHeaderSize + SrtpTagSize(keys_.profile) || packet.size() > UINT16_MAX) {
    ++counters_.malformed;
    return std::nullopt;
  }
  uint32_t ssrc = LoadBe32(packet.data() + 8);
  if (!MayReceive(ssrc, now)) return std::nullopt;
  int size = static_cast<int>(packet.size());
  srtp_err_status_t status = srtp_unprotect(inbound_.get(), packet.data(), &size);
  if (status != srtp_err_status_ok) {
    CountFailure(status);
    return std::nullopt;
  }
  NoteReceived(ssrc, now);
  return static_cast<size_t>(size);
}

std::optional<size_t> SrtpSession::UnprotectRtcp(std::span<uint8_t> packet, Timestamp now) {
  if (packet.size() < kRtcpHeaderSize + kSrtcpIndexSize + SrtpTagSize(keys_.profile) ||
      packet.size() > UINT16_MAX) {
    ++counters_.malformed;
    return std::nullopt;
  }
  uint32_t ssrc = LoadBe32(packet.data() + 4);
  if (!MayReceive(ssrc, now)) return std::nullopt;
  int size = static_cast<int>(packet.size());
  srtp_err_status_t status = srtp_unprotect_rtcp(inbound_.get(), packet.data(), &size);
  if (status != srtp_err_status_ok) {
    CountFailure(status);
    return std::nullopt;
  }
  NoteReceived(ssrc, now);
  return static_cast<size_t>(size);
}

std::optional<size_t> SrtpSession::ProtectRtp(std::span<uint8_t> buffer, size_t size,
                                              Sealing sealing) {
  PARLEY_CHECK(size + kSrtpMaxTrailer <= buffer.size());
  const std::expected<size_t, SrtpSender::Error> sealed = sender_.Protect(buffer, size, sealing);
  if (sealed) return *sealed;
  switch (sealed.error()) {
    case SrtpSender::Error::kMalformed:
      ++counters_.malformed;
      break;
    case SrtpSender::Error::kTooManySsrcs:
      ++counters_.too_many_ssrcs;
      break;
    case SrtpSender::Error::kRepeated:
      ++counters_.replayed;
      break;
  }
  return std::nullopt;
}

std::optional<size_t> SrtpSession::ProtectRtcp(std::span<uint8_t> buffer, size_t size) {
  PARLEY_CHECK(size + kSrtpMaxTrailer <= buffer.size());
  if (size < kRtcpHeaderSize) return std::nullopt;
  uint32_t ssrc = LoadBe32(buffer.data() + 4);
  srtp_ctx_t_* ctx = FindOutbound(ssrc);
  if (!ctx) ctx = AddOutboundContext(ssrc);
  if (!ctx) return std::nullopt;
  int n = static_cast<int>(size);
  srtp_err_status_t status = srtp_protect_rtcp(ctx, buffer.data(), &n);
  if (status != srtp_err_status_ok) {
    CountFailure(status);
    return std::nullopt;
  }
  return static_cast<size_t>(n);
}

}  // namespace parley
