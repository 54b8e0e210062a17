#pragma once

// Spreads what goes to one subscriber over time: video and retransmissions leave at the pacing
// rate, retransmissions first; audio never waits but is counted; a probe's train goes out at the
// probe's rate, filled up with padding. Packets wait as names, not bytes: the owner finds the bytes
// in its history when their time comes. Works in ticks of a millisecond. Bounded by kVideoCapacity
// and kRetransmissionCapacity; one per subscriber, on its worker; nothing allocates.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/congestion/probe_controller.h"

namespace parley {

// A packet by the slot and the number it leaves under.
struct PacedPacket {
  SeqNum seq;
  uint16_t size = 0;
  uint8_t slot = 0;
  bool retransmission = false;
  uint16_t queued_ms = 0;  // when it began to wait; the pacer's own
};

class Pacer {
 public:
  static constexpr size_t kVideoCapacity = 512;
  static constexpr size_t kRetransmissionCapacity = 64;
  static constexpr Duration kTick = Duration::Millis(1);
  // What may leave at once after a rest, as time at the pacing rate: a frame of usual size passes
  // without waiting.
  static constexpr Duration kBurst = Duration::Millis(30);
  // A padding packet carries at most this (RFC 3550 section 5.1: one byte counts it).
  static constexpr size_t kMaxPadding = 255;
  static constexpr Bitrate kLeastRate = Bitrate::Kbps(100);

  // Nothing waits at an unlimited rate, as before the first call.
  void SetRate(Bitrate rate, Timestamp now);

  // Nothing but audio leaves while held.
  void Hold(bool held) { held_ = held; }

  // Whether a packet of that kind may leave now; if not, it is to be given to Enqueue.
  [[nodiscard]] bool MayPass(bool retransmission, Timestamp now);
  // False when the queue of its kind is full: the packet is lost.
  [[nodiscard]] bool Enqueue(PacedPacket packet, Timestamp now);
  // Everything that leaves is counted, whether it waited or not. Returns the probe it is part of.
  ProbeId HandleSent(DataSize size, Timestamp now);

  struct Departure {
    bool padding = false;  // of up to kMaxPadding bytes
    PacedPacket packet;    // if not padding
  };
  // What may leave now, one at a time. Each must be followed by HandleSent, unless its bytes cannot
  // be had any more.
  std::optional<Departure> Poll(Timestamp now);
  // When Poll has something, on the millisecond; never while nothing waits.
  Timestamp NextTimeout(Timestamp now) const;

  // Begins to send a probe. One at a time: the last ends.
  void StartProbe(const ProbeCluster& cluster, Timestamp now);
  bool probing() const { return probe_.id != 0; }

  // Forgets what waits for a slot; returns the first packet of video among it.
  std::optional<SeqNum> Drop(uint8_t slot);
  bool HasQueued(uint8_t slot) const;
  // The slot that more than half of the video that waits is of, if others wait as well.
  std::optional<uint8_t> Crowding() const;
  bool empty() const { return video_.size == 0 && retransmissions_.size == 0; }
  // How long the first of video has waited; up to a minute.
  Duration Waited(Timestamp now) const;
  // How long the last packet in the queue will have to wait.
  Duration QueueDelay() const { return queued_ / rate_; }
  DataSize queued() const { return queued_; }

 private:
  template <size_t kCapacity>
  struct Fifo {
    std::array<PacedPacket, kCapacity> packets;
    size_t first = 0;
    size_t size = 0;

    PacedPacket& At(size_t i) { return packets[(first + i) % kCapacity]; }
    const PacedPacket& At(size_t i) const { return packets[(first + i) % kCapacity]; }
    bool Push(const PacedPacket& packet) {
      if (size == kCapacity) return false;
      At(size++) = packet;
      return true;
    }
    PacedPacket Pop() {
      PacedPacket packet = At(0);
      first = (first + 1) % kCapacity;
      --size;
      return packet;
    }
  };
  // A probe that does not get its packets out by then is given up.
  static constexpr Duration kMaxProbe = Duration::Millis(300);

  Bitrate Rate() const { return probing() ? probe_.rate : rate_; }
  // The debt at which sending stops.
  int64_t Allowance() const;
  void Advance(Timestamp now);
  template <size_t kCapacity>
  std::optional<SeqNum> DropFrom(Fifo<kCapacity>& fifo, uint8_t slot);

  Fifo<kVideoCapacity> video_;
  Fifo<kRetransmissionCapacity> retransmissions_;
  DataSize queued_;
  Bitrate rate_ = Bitrate::Unlimited();
  bool held_ = false;
  int64_t debt_bits_ = 0;  // sent and not yet paid for by the time that passed
  Timestamp advanced_at_;

  ProbeCluster probe_;
  Timestamp probe_started_;
  DataSize probe_sent_;
  int probe_packets_ = 0;
};

}  // namespace parley
