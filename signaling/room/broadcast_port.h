#pragma once

// The way from a room to whoever shows it live to people who are not in it, by RTMP and HLS;
// signaling/recording implements it. Signaling thread.

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sfu/base/ids.h"
#include "signaling/protocol/error.h"
#include "signaling/room/now.h"

namespace parley {

class Room;

enum class BroadcastState : uint8_t { kStarting, kLive, kReconnecting, kFailed };
std::string_view ToString(BroadcastState state);

// What a host asks for. The addresses hold the keys to somebody's channel: they are told nobody,
// and logged nowhere.
struct BroadcastWish {
  std::vector<std::string> targets;  // rtmp:// and rtmps:// addresses
  bool hls = false;
  std::string id = {};   // that it had before the server started again; empty: a new one
  bool records = false;  // with `id`: the recording was begun for it
};

struct BroadcastTarget {
  std::string name;  // the address without what is secret
  BroadcastState state = BroadcastState::kStarting;
  std::string trouble;  // while it is not live: a code of PROTOCOL.md; or empty
};

struct BroadcastStatus {
  std::string id;  // who knows it may watch
  BroadcastState state = BroadcastState::kStarting;
  std::string trouble;
  WallTime started_at;
  BroadcastWish wish;
  std::vector<BroadcastTarget> targets;  // as in the wish
};

// What the operator allows.
struct BroadcastOffer {
  bool hls = false;
  std::vector<std::string> rtmp_hosts;  // "live.example.org", "*.example.org" or "*"
  bool any() const { return hls || !rtmp_hosts.empty(); }
};

// As JSON (PROTOCOL.md, "Broadcast"). `status`: null while it is not live. `offer`: for hosts only,
// who are told where it goes; null for everybody else.
std::string WriteBroadcastStatus(const BroadcastStatus* status, const BroadcastOffer* offer);

// Whoever tells the room.
class BroadcastListener {
 public:
  virtual ~BroadcastListener() = default;
  // Null: it is over.
  virtual void OnBroadcast(const BroadcastStatus* status) = 0;
};

class BroadcastPort {
 public:
  virtual ~BroadcastPort() = default;
  virtual const BroadcastOffer& offer() const = 0;
  // Of a room in which somebody is. The rest goes to `listener`, which lives until Stop() or
  // Forget(). Errors: bad_request (field "targets" or "hls"), server_full, and those of recording.
  virtual std::expected<void, Error> Start(Room& room, BroadcastWish wish, Now now) = 0;
  // False when it is not live.
  virtual bool Stop(Room& room, Now now) = 0;
  virtual const BroadcastStatus* Find(const Room& room) const = 0;
  // Who is told of that room from now on.
  virtual void Watch(RoomId room, BroadcastListener& listener) = 0;
  // Nobody is, and it is over.
  virtual void Forget(RoomId room) = 0;
};

}  // namespace parley
