#include "sfu/congestion/sent_packets.h"

#include <algorithm>

namespace parley {

void SentPackets::Add(DataSize size, ProbeId probe, Timestamp now) {
  Entry& entry = EntryOf(next_);
  // What is overwritten was never spoken of.
  if (next_ - known_from_ >= static_cast<int64_t>(kCapacity) && entry.state == State::kInFlight) {
    in_flight_ = in_flight_ - DataSize::Bytes(entry.size);
  }
  newest_sent_ = now;
  entry = {static_cast<uint32_t>(now.us()), static_cast<uint16_t>(size.bytes()), probe,
           State::kInFlight};
  in_flight_ += size;
  ++next_;
}

// The reference time has 24 bits and wraps; each is taken as the nearest to the last. The first is
// moved far from zero, so that the past of it can be told.
Timestamp SentPackets::ReceiverTime(const TwccView& feedback) {
  constexpr int64_t kWrap = 1 << 24;
  const int64_t units = feedback.reference_units();
  if (!reference_units_) {
    reference_units_ = units + kWrap;
  } else {
    int64_t step = (units - *reference_units_) % kWrap;
    if (step >= kWrap / 2) step -= kWrap;
    if (step < -kWrap / 2) step += kWrap;
    *reference_units_ += step;
  }
  return Timestamp::Micros(0) + kTwccReferenceUnit * *reference_units_;
}

void SentPackets::Settle(int64_t end, Summary& summary) {
  settled_ = std::max(settled_, next_ - static_cast<int64_t>(kCapacity));
  for (; settled_ < end; ++settled_) {
    Entry& entry = EntryOf(settled_);
    if (entry.state == State::kInFlight) {
      // The feedback that would have spoken of it was lost itself.
      in_flight_ = in_flight_ - DataSize::Bytes(entry.size);
      entry.state = State::kMissing;
      continue;
    }
    entry.state == State::kArrived ? ++summary.settled_kept : ++summary.settled_lost;
    summary.settled_size += DataSize::Bytes(entry.size);
    const Timestamp sent = SentAt(entry);
    if (summary.settled_kept + summary.settled_lost == 1) summary.first_settled = sent;
    summary.last_settled = sent;
  }
}

}  // namespace parley
