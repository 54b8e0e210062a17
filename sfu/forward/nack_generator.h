#pragma once

// What is missing of one incoming stream and when to ask for it (RFC 4585 section 6.2.1). A gap is
// asked for after a moment's grace for reordering, then once per round trip, kMaxRetries times;
// then it is given up, as is everything when more than kMaxMissing numbers are missing: video then
// needs a key frame. One per RtpStream. Nothing allocates.

#include <array>
#include <cstdint>
#include <span>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class NackGenerator {
 public:
  static constexpr size_t kMaxMissing = 256;
  static constexpr int kMaxRetries = 8;
  static constexpr Duration kReorderGrace = Duration::Millis(5);
  static constexpr Duration kMinRetryInterval = Duration::Millis(20);
  // A packet older than this is of no use to anyone.
  static constexpr Duration kMaxAge = Duration::Millis(1000);

  // `seq` is extended. Each number is told once: no duplicates.
  void HandlePacket(int64_t seq, Timestamp now);
  // The numbers to ask for now, ascending, at most out.size(); call again while it fills `out`.
  size_t Collect(Timestamp now, Duration round_trip, std::span<SeqNum> out);
  // Since the last call: something was given up.
  bool TakeGaveUp();

  bool empty() const { return size_ == 0; }
  Timestamp NextTimeout() const { return next_; }
  // The stream began anew.
  void Reset();

 private:
  struct Missing {
    int64_t seq = 0;
    Timestamp since;
    Timestamp due;
    int retries = 0;
  };

  void AddGap(int64_t from, int64_t to, Timestamp now);
  void Remove(int64_t seq);

  std::array<Missing, kMaxMissing> missing_;  // ascending
  size_t size_ = 0;
  int64_t highest_ = -1;
  bool gave_up_ = false;
  Timestamp next_ = Timestamp::Never();
};

}  // namespace parley
