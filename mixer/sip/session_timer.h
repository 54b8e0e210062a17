#pragma once

// The session timer of one call (RFC 4028): who refreshes, when, and when a silent peer is taken
// for gone. Sans-IO; owned by its call.

#include <cstdint>
#include <optional>

#include "mixer/sip/message.h"
#include "sfu/base/units.h"

namespace parley::sip {

class SessionTimer {
 public:
  struct Config {
    Duration interval = Duration::Seconds(1800);
    Duration min = Duration::Seconds(90);  // RFC 4028 section 5
  };
  enum class Due : uint8_t { kNothing, kRefresh, kExpired };

  explicit SessionTimer(const Config& config) : config_(config), min_(config.min) {}

  // A request that asks for less than we take: answer 422 with our Min-SE.
  bool TooShort(const Message& request) const;
  Duration min() const { return config_.min; }

  // For INVITE and UPDATE requests of ours.
  void AddTo(Message& request) const;
  // Before we send a 2xx to the peer's INVITE or UPDATE: settles the timer and writes it down.
  void Answer(const Message& request, Message& response, Timestamp now);
  // A 2xx to ours.
  void TakeResponse(const Message& response, Timestamp now);
  // A 422: true when the next request may succeed.
  bool TakeTooShort(const Message& response);

  Due HandleTimeout(Timestamp now);
  Timestamp NextTimeout() const { return at_; }
  void Stop() { at_ = Timestamp::Never(); }

 private:
  void Start(Timestamp now);

  Config config_;
  Duration min_;  // the largest Min-SE heard
  Duration interval_;
  bool we_refresh_ = false;
  Timestamp at_ = Timestamp::Never();
};

}  // namespace parley::sip
