#pragma once

// Tells a publisher when its packets arrived, by transport-wide feedback, every kInterval at most.
// One per Uplink. Nothing allocates.

#include <cstdint>

#include "sfu/base/bytes.h"
#include "sfu/base/ids.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtcp_twcc_builder.h"
#include "sfu/wire/rtp.h"

namespace parley {

class TwccReceiver {
 public:
  static constexpr Duration kInterval = Duration::Millis(50);

  // `extension_id` of transport-cc on the transport's m-lines; 0 turns it off.
  TwccReceiver(uint8_t extension_id, Ssrc sender_ssrc)
      : extension_id_(extension_id), builder_(sender_ssrc, Ssrc()) {}

  void HandlePacket(const RtpView& packet, Timestamp now);
  // One feedback packet, when it is time and something arrived. Call until false.
  [[nodiscard]] bool Write(ByteWriter& out, Timestamp now);
  Timestamp NextTimeout() const { return next_; }

 private:
  uint8_t extension_id_;
  TwccBuilder builder_;
  Timestamp next_ = Timestamp::Never();
};

}  // namespace parley
