#pragma once

// Who may try a secret: a caller a PIN, an address a room's passcode. Five wrong ones of somebody
// for a room lock that pair out for a minute, each further one for twice as long as before, up to
// an hour; a day without any is forgotten. Bounded: when the table is full, whoever tried longest
// ago is forgotten. Each is of one thread.

#include <cstdint>
#include <string>
#include <unordered_map>

#include "sfu/base/units.h"

namespace parley {

class Lockout {
 public:
  static constexpr int kFreeTries = 5;
  static constexpr Duration kFirstLock = Duration::Seconds(60);
  static constexpr Duration kLongestLock = Duration::Seconds(3600);
  static constexpr Duration kForgotten = Duration::Seconds(86'400);
  static constexpr size_t kMostPairs = 10'000;

  // Who tries, and the room, as one key.
  static std::string Key(const std::string& who, const std::string& room);

  // How long the pair is still locked out; zero when it may try.
  Duration LockedFor(const std::string& key, Timestamp now) const;
  // `free_tries`: so many wrong ones lock.
  void HandleWrong(const std::string& key, Timestamp now, int free_tries = kFreeTries);
  // Makes up for one wrong one and not for all, or whoever knows one secret could try others under
  // the same key for ever.
  void HandleRight(const std::string& key);
  // Where the key is of one secret alone, which is known there now.
  void Forget(const std::string& key) { pairs_.erase(key); }

  size_t size() const { return pairs_.size(); }

 private:
  struct Pair {
    int wrong = 0;
    Timestamp last;
    Timestamp until;
  };

  void MakeRoom(Timestamp now);

  std::unordered_map<std::string, Pair> pairs_;
};

}  // namespace parley
