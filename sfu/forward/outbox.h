#pragma once

// What one core is about to send: finished RTP and RTCP packets in clear, each in a slab of its own
// with room behind it for SRTP's tag, so that the engine protects in place and sends in batches.
// Routers of one worker write it, the worker's engine drains it after each call. Bounded by its
// capacity; a full one makes fan-outs wait (Router::HasMore) and drops nothing of them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sfu/base/bytes.h"
#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"

namespace parley {

// The engine's own name for a transport: given to Router::AddTransport and handed back unread.
using TransportHandle = StrongId<struct TransportHandleTag, uint32_t>;

// Larger is more urgent; audio is never paced.
enum class SendPriority : uint8_t { kVideo, kRetransmission, kAudio, kRtcp };

struct OutPacket {
  TransportHandle transport;
  SendPriority priority = SendPriority::kVideo;
  uint16_t size = 0;
  // Where the 3-byte abs-send-time value stands, for an engine that sends later than it drains; 0
  // when the packet has none. It holds the time of the call that made the packet.
  uint16_t abs_send_time_offset = 0;
  uint8_t* data = nullptr;

  // Of RTP.
  Ssrc ssrc() const { return Ssrc(LoadBe32(data + 8)); }
  bool is_rtcp() const { return priority == SendPriority::kRtcp; }
  std::span<uint8_t> bytes() const { return {data, size}; }
  // The packet and the room behind it, at least kPacketTailroom.
  std::span<uint8_t> buffer() const { return {data, kPacketCapacity + kPacketTailroom}; }
};

class Outbox {
 public:
  explicit Outbox(size_t capacity);

  size_t capacity() const { return capacity_; }
  size_t room() const { return capacity_ - packets_.size(); }
  bool empty() const { return packets_.empty(); }
  std::span<const OutPacket> packets() const { return packets_; }
  std::span<OutPacket> packets() { return packets_; }
  void Clear() { packets_.clear(); }

  // Where the next packet may be written: kPacketCapacity bytes, empty when the outbox is full. It
  // stays the same until Commit.
  std::span<uint8_t> Next();
  // The first `size` bytes of Next() are a packet; `size` of 0 commits nothing.
  void Commit(TransportHandle transport, SendPriority priority, size_t size,
              uint16_t abs_send_time_offset = 0);

 private:
  // An odd count of cache lines, as in the packet pool, so that headers spread over all sets.
  static constexpr size_t kStride = 27 * 64;
  static_assert(kPacketCapacity + kPacketTailroom <= kStride);

  size_t capacity_;
  std::unique_ptr<uint8_t[]> slab_;
  std::vector<OutPacket> packets_;
};

}  // namespace parley
