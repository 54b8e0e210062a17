#include "sfu/transport/srtp_sender.h"

#include <optional>
#include <utility>

#include "sfu/base/bytes.h"
#include "sfu/base/check.h"
#include "sfu/base/prefetch.h"

namespace parley {
namespace {

constexpr size_t kFixedHeaderSize = 12;

size_t HashOf(uint32_t ssrc) { return (ssrc * 0x9E3779B1u) >> 16; }

// Fixed header, CSRCs and extension (RFC 3550 section 5.1); nothing when they overrun the packet.
std::optional<size_t> HeaderSize(std::span<const uint8_t> packet) {
  if (packet.size() < kFixedHeaderSize || packet[0] >> 6 != 2) return std::nullopt;
  size_t size = kFixedHeaderSize + 4u * (packet[0] & 0x0F);
  if ((packet[0] & 0x10) != 0) {
    if (packet.size() < size + 4) return std::nullopt;
    size += 4 + 4u * LoadBe16(packet.data() + size + 2);
  }
  return size <= packet.size() ? std::optional(size) : std::nullopt;
}

}  // namespace

SrtpSender::SrtpSender(SrtpProfile profile, const SrtpMasterKey& key)
    : tag_size_(SrtpTagSize(profile)),
      sealer_(MakeSrtpSealer(profile, SrtpSessionKeys::Derive(profile, key))),
      streams_(8) {}

void SrtpSender::PrefetchState(uint32_t ssrc) const {
  constexpr size_t kRoundKeys = 5 * 64;
  Prefetch(&streams_[HashOf(ssrc) & (streams_.size() - 1)], sizeof(Stream));
  Prefetch(sealer_.get(), kRoundKeys);
}

SrtpSender::Stream* SrtpSender::Find(uint32_t ssrc) {
  const size_t mask = streams_.size() - 1;
  for (size_t i = HashOf(ssrc) & mask; streams_[i].used; i = (i + 1) & mask) {
    if (streams_[i].ssrc == ssrc) return &streams_[i];
  }
  return nullptr;
}

void SrtpSender::Insert(std::vector<Stream>& streams, const Stream& stream) {
  const size_t mask = streams.size() - 1;
  size_t i = HashOf(stream.ssrc) & mask;
  while (streams[i].used) i = (i + 1) & mask;
  streams[i] = stream;
}

SrtpSender::Stream* SrtpSender::Add(uint32_t ssrc) {
  if (count_ == kMaxSsrcs) return nullptr;
  if (2 * (count_ + 1) > streams_.size()) {
    std::vector<Stream> larger(2 * streams_.size());
    for (const Stream& stream : streams_) {
      if (stream.used) Insert(larger, stream);
    }
    streams_ = std::move(larger);
  }
  ++count_;
  Insert(streams_, {ssrc, true, 0, 0});
  return Find(ssrc);
}

// RFC 3711 section 3.3.1: the index nearest to the highest so far.
bool SrtpSender::Advance(Stream& stream, uint16_t seq, uint64_t& index) {
  if (stream.window == 0) {
    index = stream.highest = seq;
    stream.window = 1;
    return true;
  }
  const auto step = static_cast<int16_t>(seq - static_cast<uint16_t>(stream.highest));
  if (step > 0) {
    index = stream.highest + static_cast<uint64_t>(step);
    stream.highest = index;
    const auto shift = static_cast<uint64_t>(step);
    stream.window = (shift < kWindow ? stream.window << shift : 0) | 1;
    return true;
  }
  const auto behind = static_cast<uint64_t>(-int64_t{step});
  if (behind >= kWindow || behind > stream.highest || (stream.window >> behind & 1) != 0) {
    return false;
  }
  index = stream.highest - behind;
  stream.window |= uint64_t{1} << behind;
  return true;
}

std::expected<size_t, SrtpSender::Error> SrtpSender::Protect(std::span<uint8_t> buffer, size_t size,
                                                             Sealing sealing) {
  PARLEY_CHECK(size + tag_size_ <= buffer.size());
  const std::optional<size_t> header_size = HeaderSize(buffer.first(size));
  if (!header_size) return std::unexpected(Error::kMalformed);
  const uint32_t ssrc = LoadBe32(buffer.data() + 8);
  Stream* stream = Find(ssrc);
  if (stream == nullptr) stream = Add(ssrc);
  if (stream == nullptr) return std::unexpected(Error::kTooManySsrcs);
  uint64_t index = 0;
  if (!Advance(*stream, LoadBe16(buffer.data() + 2), index)) {
    return std::unexpected(Error::kRepeated);
  }
  const SrtpSealer::Packet packet{buffer.data(), *header_size, size, ssrc, index};
  if (sealing == Sealing::kNow) {
    sealer_->Seal(packet);
  } else {
    sealer_->SealLater(packet);
  }
  return size + tag_size_;
}

}  // namespace parley
