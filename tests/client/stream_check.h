#pragma once

// Looks at each packet of one received stream and counts what a receiver would stumble over: order
// and continuity of the numbers, timestamps that go on as time does, video that begins with a key
// frame (VP8), and whose it is. Bound: the last kRecent numbers are remembered. One thread.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"
#include "sfu/wire/rtp.h"

namespace parley::test {

class StreamCheck {
 public:
  static constexpr size_t kRecent = 2048;
  // Timestamps and the clock may be that far apart: a burst waits, a late word is caught up with.
  static constexpr Duration kTolerance = Duration::Millis(500);

  // Of all streams that are looked at together.
  struct Expected {
    // Of the CSRC list; empty: anybody.
    std::unordered_set<uint32_t> sources;
    // Ticks from a frame to the next, of which every step of one source is a multiple; 0: any.
    uint32_t audio_frame = 0;
    uint32_t video_frame = 0;
  };
  struct Counts {
    uint64_t packets = 0;
    uint64_t missing = 0;    // numbers left out that have not come since
    uint64_t reordered = 0;  // came behind a later one
    uint64_t duplicates = 0;
    uint64_t wrong_timestamps = 0;
    uint64_t no_key_frame = 0;  // sources of video that did not begin with one
    uint64_t wrong_source = 0;

    uint64_t wrong() const {
      return missing + reordered + duplicates + wrong_timestamps + no_key_frame + wrong_source;
    }
    Counts& operator+=(const Counts& o);
    // Since `o`. What came late of what was missing then counts for nothing.
    Counts operator-(const Counts& o) const;
  };
  // Where a packet stands.
  struct Place {
    int64_t number = 0;  // unwrapped
    bool newest = false;
    bool again = false;   // a duplicate, of which nothing else is counted
    int64_t skipped = 0;  // numbers between it and the newest before it
  };

  // `expected` outlives this and may grow.
  explicit StreamCheck(const Expected& expected) : expected_(&expected) {}

  // Payload types are those of test_offer.h.
  Place Count(const RtpView& packet, Timestamp arrival) {
    return Count(packet.seq(), packet, packet.payload(), arrival);
  }
  // The same of a packet that came as a retransmission: its own number and payload.
  Place Count(SeqNum seq, const RtpView& header, std::span<const uint8_t> payload,
              Timestamp arrival);

  const Counts& counts() const { return counts_; }
  // The newest packet's; 0 before there is one, and for one that does not tell.
  uint32_t source() const { return last_ ? last_->source : 0; }

 private:
  // The newest packet with media.
  struct Last {
    uint32_t source = 0;
    RtpTimestamp timestamp;
    Timestamp arrival;
  };

  Place Find(SeqNum seq);
  // Whether the timestamp may follow the last one's; `starts`: it must be another frame's, or the
  // same, where that is known.
  bool Follows(const Last& next, bool audio, std::optional<bool> starts) const;

  const Expected* expected_;
  Counts counts_;
  SeqUnwrapper unwrapper_;
  std::optional<int64_t> highest_;
  std::vector<int64_t> recent_;  // numbers, each at its place modulo kRecent
  std::optional<Last> last_;
  // Where the timestamps' own clock was set: at a source's first packet, and again after a jump.
  Last anchor_;
};

}  // namespace parley::test
