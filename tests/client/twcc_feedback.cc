#include "tests/client/twcc_feedback.h"

#include <array>

#include "sfu/wire/rtp_extensions.h"
#include "tests/client/test_peer.h"

namespace parley::test {

void TwccFeedback::HandleRtp(const RtpView& packet, Timestamp now) {
  if (extension_id_ == 0) return;
  const auto element = packet.FindExtension(extension_id_);
  const auto seq = element ? ReadTransportSequence(*element) : std::nullopt;
  if (!seq) return;
  if (builder_.empty() && next_ < now) next_ = now + kInterval;
  static_cast<void>(builder_.Add(*seq, tamper ? tamper(now) : now));
  if (builder_.full()) next_ = now;
}

void TwccFeedback::Poll(TestPeer& peer, Timestamp now) {
  if (now < next_) return;
  while (!builder_.empty()) {
    std::array<uint8_t, 1200> buffer;
    ByteWriter out(buffer);
    if (!builder_.Write(out)) return;
    if (!silent_) peer.SendRtcp(out.written());
  }
}

}  // namespace parley::test
