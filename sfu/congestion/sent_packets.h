#pragma once

// What was sent to one subscriber under transport-wide sequence numbers, and what its feedback says
// became of it. A packet that one feedback packet calls missing counts as lost only when the next
// one does not bring it: receivers report what was merely late again. Holds the last kCapacity
// packets; one per subscriber, on its worker; nothing allocates.

#include <array>
#include <cstdint>
#include <optional>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/congestion/packet_result.h"
#include "sfu/wire/rtcp_twcc.h"

namespace parley {

class SentPackets {
 public:
  // More than a second of 8 Mb/s.
  static constexpr size_t kCapacity = 1024;

  // What a feedback packet settled besides the arrivals.
  struct Summary {
    int arrived = 0;       // not reported before
    int settled_kept = 0;  // packets whose fate is final since this feedback: arrived
    int settled_lost = 0;  // and lost
    DataSize settled_size;
    Timestamp first_settled;  // when the first of them was sent
    Timestamp last_settled;   // and the last
    Timestamp newest_sent;    // the latest sending time of all that arrived
  };

  // The number that the next packet carries.
  SeqNum next() const { return SeqNum(static_cast<uint16_t>(next_)); }
  // It was sent under next().
  void Add(DataSize size, ProbeId probe, Timestamp now);
  // Calls visit(const PacketResult&) for every packet that is reported as arrived for the first
  // time, in the order of sending. Numbers that were never given out or are forgotten are ignored.
  template <class Visitor>
  Summary HandleFeedback(const TwccView& feedback, Visitor&& visit);

  // What was sent so far is of no interest any more; the numbers run on.
  void Forget() {
    known_from_ = settled_ = reported_ = next_;
    in_flight_ = DataSize();
  }

  // Sent and not yet spoken of.
  DataSize in_flight() const { return in_flight_; }
  bool anything_sent() const { return next_ != kFirst; }

 private:
  enum class State : uint8_t { kInFlight, kMissing, kArrived };
  struct Entry {
    uint32_t sent_us = 0;  // the low bits of it, told by SentAt()
    uint16_t size = 0;
    ProbeId probe = 0;
    State state = State::kInFlight;
  };
  // Starts one round up, so that an unwrapped number is never negative.
  static constexpr int64_t kFirst = 1 << 16;

  bool IsKnown(int64_t seq) const {
    return seq >= known_from_ && seq < next_ && seq + static_cast<int64_t>(kCapacity) >= next_;
  }
  Entry& EntryOf(int64_t seq) { return entries_[static_cast<size_t>(seq) % kCapacity]; }
  int64_t Unwrap(SeqNum seq) const { return next_ - 1 + (seq - SeqNum(next() + -1)); }
  // None is an hour older than the newest.
  Timestamp SentAt(const Entry& entry) const {
    return newest_sent_ -
           Duration::Micros(static_cast<uint32_t>(newest_sent_.us()) - entry.sent_us);
  }
  Timestamp ReceiverTime(const TwccView& feedback);
  void Settle(int64_t end, Summary& summary);

  std::array<Entry, kCapacity> entries_;
  int64_t next_ = kFirst;
  Timestamp newest_sent_;
  DataSize in_flight_;
  int64_t known_from_ = kFirst;
  int64_t settled_ = kFirst;                // all before have met their fate
  int64_t reported_ = kFirst;               // one past the highest that feedback spoke of
  std::optional<int64_t> reference_units_;  // unwrapped
};

template <class Visitor>
SentPackets::Summary SentPackets::HandleFeedback(const TwccView& feedback, Visitor&& visit) {
  Summary summary;
  const Timestamp reference = ReceiverTime(feedback);
  const int64_t reported_before = reported_;
  int64_t seq = Unwrap(feedback.base_seq());
  feedback.ForEach([&](SeqNum, std::optional<Duration> at) {
    const int64_t number = seq++;
    if (!IsKnown(number)) return;
    reported_ = reported_ > number ? reported_ : number + 1;
    Entry& entry = EntryOf(number);
    if (entry.state == State::kInFlight) in_flight_ = in_flight_ - DataSize::Bytes(entry.size);
    if (!at) {
      if (entry.state == State::kInFlight) entry.state = State::kMissing;
      return;
    }
    if (entry.state == State::kArrived) return;
    entry.state = State::kArrived;
    ++summary.arrived;
    const Timestamp sent = SentAt(entry);
    if (sent > summary.newest_sent) summary.newest_sent = sent;
    visit(PacketResult{number, sent, DataSize::Bytes(entry.size), entry.probe,
                       reference + (*at - feedback.reference_time())});
  });
  // What only adds late arrivals to what an earlier one told settles nothing.
  if (reported_ > reported_before) Settle(reported_before, summary);
  return summary;
}

}  // namespace parley
