#pragma once

// Whether what one client receives is in order (StreamCheck), stream by stream. It costs more than
// to count, so only one client in kOneOf is looked at. One thread.

#include <cstdint>
#include <unordered_map>

#include "sfu/base/units.h"
#include "sfu/wire/rtp.h"
#include "tests/client/stream_check.h"

namespace parley::bench {

class WatcherCheck {
 public:
  // The first of each so many who join.
  static constexpr uint32_t kOneOf = 16;

  // Nobody yet, with the frames of Publisher.
  static test::StreamCheck::Expected Expected();

  // `expected` outlives this and may grow.
  explicit WatcherCheck(const test::StreamCheck::Expected& expected) : expected_(expected) {}

  // Microphones' and cameras' alone: numbers of retransmissions and padding are their own.
  void HandleRtp(const RtpView& packet, Timestamp arrival);
  // Of all streams.
  test::StreamCheck::Counts counts() const;

 private:
  const test::StreamCheck::Expected& expected_;
  std::unordered_map<uint32_t, test::StreamCheck> streams_;  // by SSRC
};

// What was counted from `before` to `after`, and what of key frames and sources was wrong ever:
// that is decided when somebody joins, and so before anything is measured.
test::StreamCheck::Counts CheckedSince(const test::StreamCheck::Counts& before,
                                       const test::StreamCheck::Counts& after);

}  // namespace parley::bench
