#pragma once

// What Routers of one room on different cores say to each other. A Router appends messages to its
// worker's RelayOut; the engine carries each to every worker named in `workers`, over its rings,
// and that worker gives it to its Router of the room (Router::HandleRelay). Packets are shared, not
// copied. Messages may be lost when a ring is full or the other Router does not exist yet:
// everything that asks for something is repeated by a timer until it is no longer wanted.

#include <array>
#include <cstdint>
#include <utility>
#include <variant>
#include <vector>

#include "sfu/base/ids.h"
#include "sfu/base/packet_pool.h"
#include "sfu/base/units.h"
#include "sfu/forward/packet_meta.h"
#include "sfu/forward/source_info.h"

namespace parley {

struct RelayedPacket {
  SourceId source;
  bool speaks = false;  // its home core chose it for the speaker seats
  PacketMeta meta;
  PacketRef packet;
  bool pre_roll = false;  // came before its source was chosen; to be kept until it has a seat
};

// To the home of a source: which encodings the asking core needs from now on (bit per encoding),
// and whether it wants SourceInfo at all.
struct RelaySubscribe {
  SourceId source;
  uint8_t encodings = 0;
  bool active = false;
  uint8_t demand = 0;  // how many encodings should be sent, lowest first
};

// To all others: this core has listeners to the room's speakers, or no longer has.
struct RelayListen {
  bool active = false;
};

// From the home of a source to its subscribers: what a layer choice needs to know of encodings that
// are not relayed. On change and every second.
struct RelaySourceInfo {
  SourceId source;
  SourceInfo info;
};

// To the home of a source.
struct RelayKeyFrameRequest {
  SourceId source;
  uint8_t encoding = 0;
};

struct RelayMessage {
  RoomId room;
  WorkerIndex from;
  uint64_t workers = 0;  // bit per WorkerIndex
  std::variant<RelayedPacket, RelaySubscribe, RelayListen, RelaySourceInfo, RelayKeyFrameRequest>
      body;

  bool is_video_packet() const {
    const auto* relayed = std::get_if<RelayedPacket>(&body);
    return relayed != nullptr && relayed->meta.codec.codec >= Codec::kVp8;
  }
  // The same message for one more ring: shares the packet.
  RelayMessage Copy() const;
};

// Bounded by its capacity; what does not fit is dropped and counted, which cannot happen while the
// engine drains after each call.
class RelayOut {
 public:
  explicit RelayOut(size_t capacity) : capacity_(capacity) { messages_.reserve(capacity); }

  bool empty() const { return messages_.empty(); }
  std::vector<RelayMessage>& messages() { return messages_; }
  void Clear() { messages_.clear(); }
  uint64_t dropped() const { return dropped_; }

  void Push(RelayMessage message) {
    if (messages_.size() == capacity_) {
      ++dropped_;
      return;
    }
    messages_.push_back(std::move(message));
  }

 private:
  size_t capacity_;
  uint64_t dropped_ = 0;
  std::vector<RelayMessage> messages_;
};

}  // namespace parley
