#pragma once

// Two user agents, "left" and "right", on one wire with a fake clock: everything that one says the
// other hears at once, unless the wire loses it. What each tells is kept.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "mixer/sip/user_agent.h"
#include "tests/mixer/sip/sip_test_util.h"

namespace parley::sip {

class AgentWorld {
 public:
  static constexpr size_t kLeft = 0;
  static constexpr size_t kRight = 1;

  struct Side {
    AgentConfig config;
    Flow flow;  // as the other side sees it
    std::unique_ptr<UserAgent> agent;
    std::deque<AgentEvent> events;
  };

  explicit AgentWorld(uint64_t seed = 1) : random_(seed) {
    for (size_t i : {kLeft, kRight}) {
      Side& side = sides_[i];
      const auto octet = static_cast<uint8_t>(i + 1);
      side.flow = {TransportKind::kUdp, SocketAddress::V4({192, 0, 2, octet}, 5060), ""};
      side.config.local.host = side.flow.remote.IpString();
      side.config.audio = Audio(i);
      // Loss tests repeat much from one address.
      side.config.limits.strangers.burst = 1'000;
    }
    Restart();
  }

  // After changes to the configs.
  void Restart() {
    for (Side& side : sides_) side.agent = std::make_unique<UserAgent>(side.config, random_);
  }

  static AudioOptions Audio(size_t i) {
    AudioOptions audio;
    audio.rtp = SocketAddress::V4({192, 0, 2, static_cast<uint8_t>(i + 1)}, 20'000);
    return audio;
  }

  UserAgent& left() { return *sides_[kLeft].agent; }
  UserAgent& right() { return *sides_[kRight].agent; }
  Side& side(size_t i) { return sides_[i]; }
  Timestamp now() const { return now_; }

  // Called with each message and its sender; true loses it.
  std::function<bool(const Message&, size_t from)> loses = [](const Message&, size_t) {
    return false;
  };
  std::vector<Message> seen;  // everything that was sent, lost or not

  // Lets everything arrive that is under way.
  void Deliver() {
    for (bool any = true; any;) {
      any = false;
      for (size_t i : {kLeft, kRight}) {
        while (auto out = sides_[i].agent->PollOutput()) {
          any = true;
          const Message message = ParseText(out->bytes).value();
          seen.push_back(message);
          if (!loses(message, i))
            sides_[1 - i].agent->HandleMessage(out->bytes, sides_[i].flow, now_);
        }
        while (auto event = sides_[i].agent->PollEvent())
          sides_[i].events.push_back(std::move(*event));
      }
    }
  }

  // Time goes on, timer by timer.
  void Pass(Duration duration) {
    Deliver();
    const Timestamp end = now_ + duration;
    while (true) {
      const Timestamp next = std::min(left().NextTimeout(), right().NextTimeout());
      if (next > end) break;
      now_ = std::max(now_, next);
      left().HandleTimeout(now_);
      right().HandleTimeout(now_);
      Deliver();
    }
    now_ = end;
  }

  // The first event of that kind, with all before it dropped.
  template <class Event>
  std::optional<Event> Take(size_t i) {
    auto& events = sides_[i].events;
    while (!events.empty()) {
      AgentEvent event = std::move(events.front());
      events.pop_front();
      if (auto* wanted = std::get_if<Event>(&event)) return std::move(*wanted);
    }
    return std::nullopt;
  }

  // Left calls right, who answers; {left's id, right's id}.
  std::array<CallId, 2> Establish() {
    const CallId out = Dial();
    Deliver();
    const auto incoming = Take<IncomingCall>(kRight);
    if (!incoming) {
      ADD_FAILURE() << "no call came in";
      return {};
    }
    right().Accept(incoming->call, Audio(kRight), now_);
    Deliver();
    EXPECT_TRUE(Take<CallEstablished>(kLeft).has_value());
    EXPECT_TRUE(Take<CallEstablished>(kRight).has_value());
    return {out, incoming->call};
  }
  CallId Dial() {
    return left().Invite(Uri::Sip("1234", "192.0.2.2"), sides_[kRight].flow, Audio(kLeft), now_);
  }

  // How many requests of a method, or responses of a status, were sent.
  size_t Count(std::string_view method) const {
    return static_cast<size_t>(std::ranges::count(seen, method, &Message::method));
  }
  size_t Count(int status) const {
    return static_cast<size_t>(std::ranges::count(seen, status, &Message::status));
  }

 private:
  SeededRandom random_;
  std::array<Side, 2> sides_;
  Timestamp now_ = Timestamp::Seconds(1'000);
};

}  // namespace parley::sip
