#pragma once

// From the packets of RFC 4733 events to keys: each key once, at its first packet that arrives,
// however many of its packets are lost, repeated or late. One per leg, on the mixer's thread;
// nothing allocates.

#include <cstdint>
#include <optional>

#include "mixer/audio/telephone_event.h"
#include "sfu/base/seq_num.h"

namespace parley {

class DtmfReceiver {
 public:
  explicit DtmfReceiver(uint32_t clock_rate) : clock_rate_(clock_rate) {}

  // The key, when it is a new one.
  std::optional<char> HandlePacket(RtpTimestamp timestamp, bool marker,
                                   const TelephoneEvent& event);

 private:
  bool Continues(RtpTimestamp timestamp, bool marker, const TelephoneEvent& event) const;

  uint32_t clock_rate_;
  std::optional<RtpTimestamp> timestamp_;
  TelephoneEvent last_;
};

}  // namespace parley
