#pragma once

// Telephones that are never called: takes note of what a room wants, and lets a test say what
// becomes of it.

#include <string>
#include <vector>

#include "signaling/room/dial_port.h"

namespace parley::test {

class NotedDialling final : public DialPort {
 public:
  std::expected<DialBegun, Error> Dial(Room&, DialWish wish, DialListener& to, Now) override {
    listener = &to;
    wishes.push_back(std::move(wish));
    const std::string& name = wishes.back().name;
    return DialBegun{.call = "d" + std::to_string(wishes.size()),
                     .name = name.empty() ? "+44 … 99" : name};
  }
  bool HangUp(const Room&, std::string_view call) override {
    if (wishes.empty() || call != "d" + std::to_string(wishes.size())) return false;
    listener->OnDial(call, DialState::kCancelled, {});
    return true;
  }
  void HangUpAll(const Room&) override { ++all_hung_up; }

  std::vector<DialWish> wishes;
  DialListener* listener = nullptr;
  int all_hung_up = 0;
};

}  // namespace parley::test
