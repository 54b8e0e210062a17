#include "sfu/congestion/pacer.h"

#include <algorithm>

namespace parley {
namespace {

// A probe may catch up with this much after a late tick.
constexpr Duration kProbeCatchUp = Duration::Millis(3);

}  // namespace

void Pacer::SetRate(Bitrate rate, Timestamp now) {
  Advance(now);
  rate_ = std::max(rate, kLeastRate);
}

int64_t Pacer::Allowance() const { return probing() ? 0 : (rate_ * kBurst).bits(); }

// Debt is paid at the rate in force. Only a probe saves up for a late tick.
void Pacer::Advance(Timestamp now) {
  if (now <= advanced_at_) return;
  const Duration elapsed = std::min(now - advanced_at_, Duration::Seconds(10));
  advanced_at_ = now;
  if (Rate() == Bitrate::Unlimited()) {
    debt_bits_ = 0;
    return;
  }
  const int64_t least = probing() ? -(probe_.rate * kProbeCatchUp).bits() : 0;
  debt_bits_ = std::max(debt_bits_ - (Rate() * elapsed).bits(), least);
  if (probing() && now - probe_started_ > kMaxProbe) probe_ = ProbeCluster();
}

bool Pacer::MayPass(bool retransmission, Timestamp now) {
  if (held_) return false;
  if (rate_ == Bitrate::Unlimited() && !probing()) return true;
  Advance(now);
  if (retransmissions_.size > 0 || (!retransmission && video_.size > 0)) return false;
  return debt_bits_ <= Allowance();
}

bool Pacer::Enqueue(PacedPacket packet, Timestamp now) {
  packet.queued_ms = static_cast<uint16_t>(now.ms());
  const bool held = packet.retransmission ? retransmissions_.Push(packet) : video_.Push(packet);
  if (held) queued_ += DataSize::Bytes(packet.size);
  return held;
}

ProbeId Pacer::HandleSent(DataSize size, Timestamp now) {
  Advance(now);
  if (rate_ != Bitrate::Unlimited() || probing()) debt_bits_ += size.bits();
  if (!probing()) return 0;
  const ProbeId id = probe_.id;
  probe_sent_ += size;
  if (++probe_packets_ >= kProbePackets && probe_sent_ >= probe_.least_size) {
    probe_ = ProbeCluster();
  }
  return id;
}

std::optional<Pacer::Departure> Pacer::Poll(Timestamp now) {
  Advance(now);
  if (held_ || (empty() && !probing()) || debt_bits_ > Allowance()) return std::nullopt;
  if (empty()) return Departure{.padding = true, .packet = {}};
  const PacedPacket packet = retransmissions_.size > 0 ? retransmissions_.Pop() : video_.Pop();
  queued_ = queued_ - DataSize::Bytes(packet.size);
  return Departure{.padding = false, .packet = packet};
}

Timestamp Pacer::NextTimeout(Timestamp now) const {
  if (held_ || (empty() && !probing())) return Timestamp::Never();
  const int64_t over = debt_bits_ - Allowance();
  const Timestamp ready = over <= 0 ? now : advanced_at_ + DataSize::Bytes((over + 7) / 8) / Rate();
  // Up to the next tick, and never at once again.
  const int64_t tick = kTick.us();
  return Timestamp::Micros(std::max((ready.us() + tick - 1) / tick, now.us() / tick + 1) * tick);
}

void Pacer::StartProbe(const ProbeCluster& cluster, Timestamp now) {
  Advance(now);
  probe_ = cluster;
  probe_started_ = now;
  probe_sent_ = DataSize();
  probe_packets_ = 0;
  debt_bits_ = 0;
}

std::optional<SeqNum> Pacer::Drop(uint8_t slot) {
  DropFrom(retransmissions_, slot);
  return DropFrom(video_, slot);
}

Duration Pacer::Waited(Timestamp now) const {
  if (video_.size == 0) return Duration::Zero();
  return Duration::Millis(
      static_cast<uint16_t>(static_cast<uint16_t>(now.ms()) - video_.At(0).queued_ms));
}

template <size_t kCapacity>
std::optional<SeqNum> Pacer::DropFrom(Fifo<kCapacity>& fifo, uint8_t slot) {
  std::optional<SeqNum> first;
  size_t kept = 0;
  for (size_t i = 0; i < fifo.size; ++i) {
    const PacedPacket packet = fifo.At(i);
    if (packet.slot == slot) {
      if (!first) first = packet.seq;
      queued_ = queued_ - DataSize::Bytes(packet.size);
    } else {
      fifo.At(kept++) = packet;
    }
  }
  fifo.size = kept;
  return first;
}

// The only slot that can be it outlasts all others that are crossed off against it, one by one
// (Boyer and Moore's vote).
std::optional<uint8_t> Pacer::Crowding() const {
  uint8_t slot = 0;
  size_t votes = 0;
  for (size_t i = 0; i < video_.size; ++i) {
    const uint8_t next = video_.At(i).slot;
    if (votes == 0) slot = next;
    votes = next == slot ? votes + 1 : votes - 1;
  }
  size_t count = 0;
  for (size_t i = 0; i < video_.size; ++i) count += video_.At(i).slot == slot ? 1 : 0;
  if (count * 2 <= video_.size || count == video_.size) return std::nullopt;
  return slot;
}

bool Pacer::HasQueued(uint8_t slot) const {
  for (size_t i = 0; i < video_.size; ++i) {
    if (video_.At(i).slot == slot) return true;
  }
  return false;
}

}  // namespace parley
