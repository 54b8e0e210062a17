#pragma once

// Transport-wide feedback as a browser gives it: what arrived under transport-wide numbers, told
// every kInterval. One thread.

#include <cstdint>
#include <functional>

#include "sfu/base/units.h"
#include "sfu/wire/rtcp_twcc_builder.h"
#include "sfu/wire/rtp.h"

namespace parley::test {

class TestPeer;

class TwccFeedback {
 public:
  // As Chromium at a megabit; there it ranges from 50 to 250 ms.
  static constexpr Duration kInterval = Duration::Millis(60);

  // `extension_id` of transport-cc; with 0 there is nothing to tell.
  TwccFeedback(uint8_t extension_id, Ssrc sender_ssrc)
      : extension_id_(extension_id), builder_(sender_ssrc, sender_ssrc) {}

  void HandleRtp(const RtpView& packet, Timestamp now);
  // Gives what is due to `peer` for sending.
  void Poll(TestPeer& peer, Timestamp now);
  // Goes on listening and says nothing.
  void set_silent(bool silent) { silent_ = silent; }
  // When a packet is said to have come, by when it did.
  std::function<Timestamp(Timestamp arrival)> tamper;

 private:
  uint8_t extension_id_;
  TwccBuilder builder_;
  Timestamp next_;
  bool silent_ = false;
};

}  // namespace parley::test
