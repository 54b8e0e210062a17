#include "tests/client/receive_stats.h"

#include <algorithm>

namespace parley::test {

void ReceiveStats::Count(const RtpView& packet) {
  int64_t seq = unwrapper_.Unwrap(packet.seq().value());
  if (packets_ == 0) {
    first_ = highest_ = seq;
  } else if (seq < highest_) {
    ++reordered_;
    first_ = std::min(first_, seq);
  } else {
    highest_ = seq;
  }
  ++packets_;
  bytes_ += packet.payload().size();
  source_ = packet.csrc_count() > 0 ? packet.csrc(0) : 0;
  last_seq_ = packet.seq();
  last_timestamp_ = packet.timestamp();
}

uint64_t ReceiveStats::lost() const {
  if (packets_ == 0) return 0;
  auto expected = static_cast<uint64_t>(highest_ - first_ + 1);
  return expected > packets_ ? expected - packets_ : 0;
}

}  // namespace parley::test
