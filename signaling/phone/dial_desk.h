#pragma once

// Calls that rooms make: whom they may call and how often, which call is whose, and what becomes of
// it. An emergency number, or one that the operator does not list, is refused here: the phone
// thread never hears of it. Numbers are kept for the phone thread only and never shown or logged.
// Signaling thread; owned by the PhoneDesk; bounded by its limits.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "mixer/port/phone_events.h"
#include "mixer/port/phone_port.h"
#include "sfu/base/ids.h"
#include "signaling/phone/dial_rules.h"
#include "signaling/room/dial_port.h"
#include "signaling/room/room_registry.h"

namespace parley {

struct DialConfig {
  DialRulesConfig rules;
  int per_hour = 20;  // of one host; of a room three times as many
};

class DialDesk final : public DialPort {
 public:
  static constexpr size_t kAtOnce = 10;  // of a room, not confirmed yet
  static constexpr size_t kRoomFactor = 3;
  static constexpr size_t kMostRemembered = 10'000;  // calls of the last hour, in all

  // Whoever confirmed, and where they belong.
  struct Invited {
    Room& room;
    std::string call;
    std::string name;
    DialListener& listener;
  };

  // Both outlive it.
  DialDesk(RoomRegistry& rooms, PhonePort& phones, DialConfig config);
  ~DialDesk() override;
  DialDesk(const DialDesk&) = delete;
  DialDesk& operator=(const DialDesk&) = delete;

  std::expected<DialBegun, Error> Dial(Room& room, DialWish wish, DialListener& listener,
                                       Now now) override;
  bool HangUp(const Room& room, std::string_view call) override;
  void HangUpAll(const Room& room) override;

  void Handle(const DialChanged& event);
  // Once; nothing when it was cancelled meanwhile. What becomes of them is for the caller to tell.
  std::optional<Invited> Take(DialId dial);

  uint64_t emergencies_refused() const { return emergencies_refused_; }

 private:
  struct Entry {
    RoomId room;
    std::string name;
    DialListener* listener;  // as long as the room is there
  };
  struct Past {
    Timestamp at;
    RoomId room;
    std::string by;
  };

  // Zero when it may be, and counts; else how long to wait.
  Duration Count(RoomId room, const std::string& by, Timestamp now);
  static std::string NameOf(DialId dial) { return "d" + std::to_string(dial.value()); }

  RoomRegistry& rooms_;
  PhonePort& phones_;
  const DialConfig config_;
  const DialRules rules_;
  uint64_t last_ = 0;
  std::map<DialId, Entry> dials_;  // not confirmed yet
  std::deque<Past> past_;          // of the last hour
  uint64_t emergencies_refused_ = 0;
};

}  // namespace parley
