#include "mixer/phone/call_security.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace parley {
namespace {

SrtpKeys KeysOf(const sip::AudioStream& stream) {
  SrtpKeys keys;
  keys.profile = stream.local_key.suite == sip::SrtpSuite::kAeadAes128Gcm
                     ? SrtpProfile::kAeadAes128Gcm
                     : SrtpProfile::kAes128CmHmacSha1_80;
  std::ranges::copy(stream.local_key.key, keys.local.begin());
  std::ranges::copy(stream.remote_key.key, keys.remote.begin());
  return keys;
}

std::vector<DtlsFingerprint> FingerprintsOf(const sip::AudioStream& stream) {
  std::vector<DtlsFingerprint> fingerprints;
  fingerprints.reserve(stream.remote_fingerprints.size());
  for (const SdpFingerprint& fingerprint : stream.remote_fingerprints) {
    fingerprints.push_back({fingerprint.algorithm, fingerprint.digest});
  }
  return fingerprints;
}

}  // namespace

CallSecurity::CallSecurity(const sip::AudioStream& stream, const DtlsContext& dtls, Timestamp now) {
  if (stream.security == sip::MediaSecurity::kSdes) {
    srtp_.emplace(KeysOf(stream));
    return;
  }
  dtls_.emplace(dtls, stream.dtls_client ? DtlsRole::kClient : DtlsRole::kServer,
                FingerprintsOf(stream));
  dtls_->Start(now);
}

std::optional<size_t> CallSecurity::Open(std::span<uint8_t> packet, bool rtcp, Timestamp now) {
  if (!srtp_) return std::nullopt;
  return rtcp ? srtp_->UnprotectRtcp(packet, now) : srtp_->UnprotectRtp(packet, now);
}

std::span<const uint8_t> CallSecurity::Seal(std::span<const uint8_t> packet, bool rtcp) {
  if (!srtp_ || packet.size() + kSrtpMaxTrailer > sealed_.size()) return {};
  std::memcpy(sealed_.data(), packet.data(), packet.size());
  const auto size =
      rtcp ? srtp_->ProtectRtcp(sealed_, packet.size()) : srtp_->ProtectRtp(sealed_, packet.size());
  return std::span(sealed_).first(size.value_or(0));
}

void CallSecurity::HandleDtls(std::span<const uint8_t> datagram, Timestamp now) {
  if (dtls_) dtls_->HandleDatagram(datagram, now);
}

std::optional<std::span<const uint8_t>> CallSecurity::PollDtls(Timestamp now) {
  if (!dtls_) return std::nullopt;
  if (dtls_->NextTimeout() <= now) dtls_->HandleTimeout(now);
  if (dtls_->srtp_keys()) {
    srtp_.emplace(*dtls_->srtp_keys());
    dtls_->DropKeys();
  }
  return dtls_->PollDatagram();
}

}  // namespace parley
