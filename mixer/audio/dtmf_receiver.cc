#include "mixer/audio/dtmf_receiver.h"

#include <algorithm>

namespace parley {

std::optional<char> DtmfReceiver::HandlePacket(RtpTimestamp timestamp, bool marker,
                                               const TelephoneEvent& event) {
  if (timestamp_) {
    const int32_t step = timestamp - *timestamp_;
    if (step < 0) return std::nullopt;  // of a key before the last
    if (step == 0) {
      last_.end = last_.end || event.end;
      last_.duration = std::max(last_.duration, event.duration);
      return std::nullopt;
    }
    if (Continues(timestamp, marker, event)) {
      timestamp_ = timestamp;
      last_ = event;
      return std::nullopt;
    }
  }
  timestamp_ = timestamp;
  last_ = event;
  return event.key();
}

// A long key comes in segments, each with a timestamp of its own (section 2.5.1.3), and some
// senders give every packet of a key a new one. A key that is pressed anew has a marker, or follows
// an end, or a pause.
bool DtmfReceiver::Continues(RtpTimestamp timestamp, bool marker,
                             const TelephoneEvent& event) const {
  if (marker || last_.end || event.code != last_.code) return false;
  const auto slack = static_cast<int32_t>(clock_rate_ / 20);
  return timestamp - *timestamp_ <= last_.duration + slack;
}

}  // namespace parley
