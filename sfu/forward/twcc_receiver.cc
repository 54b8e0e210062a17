#include "sfu/forward/twcc_receiver.h"

#include <algorithm>

#include "sfu/wire/rtp_extensions.h"

namespace parley {

void TwccReceiver::HandlePacket(const RtpView& packet, Timestamp now) {
  auto element = packet.FindExtension(extension_id_);
  if (!element) return;
  auto seq = ReadTransportSequence(*element);
  if (!seq) return;
  builder_.set_media_ssrc(packet.ssrc());
  // Full before its time: this arrival goes untold, and the feedback leaves at once.
  if (!builder_.Add(*seq, now) || builder_.full()) {
    next_ = now;
  } else {
    next_ = std::min(next_, now + kInterval);
  }
}

bool TwccReceiver::Write(ByteWriter& out, Timestamp now) {
  if (now < next_) return false;
  if (builder_.empty()) {
    next_ = Timestamp::Never();
    return false;
  }
  return builder_.Write(out);
}

}  // namespace parley
