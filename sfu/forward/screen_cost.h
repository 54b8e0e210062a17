#pragma once

// What an encoding of a shared screen costs. Between two slides that is next to nothing, and then a
// picture of a hundred packets: planned with is what the largest of the last half or whole minute
// needs to come within a given time, or the mean of seconds where pictures follow each other.
// Value, nothing allocates; asked a few times a second.

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "sfu/base/seq_num.h"
#include "sfu/base/units.h"

namespace parley {

class ScreenCost {
 public:
  static constexpr Duration kEpoch = Duration::Seconds(30);
  // The mean is of so many that are over.
  static constexpr int kSeconds = 4;
  // Browsers repeat a picture that stands still about once a second.
  static constexpr Duration kSilence = Duration::Seconds(3);

  // A packet of the picture with that timestamp.
  void Add(RtpTimestamp picture, size_t bytes, Timestamp now) {
    Advance(now);
    heard_at_ = now;
    BytesNow() += static_cast<int64_t>(bytes);
    const int64_t ahead = picture - picture_;
    if (ahead > 0 || ahead < -kLate) {
      picture_ = picture;
      picture_bytes_ = 0;
    }
    if (picture != picture_) return;
    picture_bytes_ = std::min(picture_bytes_ + static_cast<int64_t>(bytes), kMost);
    largest_ = std::max(largest_, picture_bytes_);
  }
  // Nothing when it has been silent: it is not being sent.
  Bitrate Cost(Duration within, Timestamp now) {
    Advance(now);
    if (heard_at_ == Timestamp() || now - heard_at_ >= kSilence) return {};
    int64_t sum = -BytesNow();
    for (const int64_t bytes : seconds_) sum += bytes;
    const DataSize largest = DataSize::Bytes(std::max(largest_, largest_before_));
    return std::max(largest / within, DataSize::Bytes(sum) / Duration::Seconds(kSeconds));
  }

 private:
  // Ticks of 90 kHz: further back another stream begins.
  static constexpr int64_t kLate = 10 * 90'000;
  // Bytes, whatever a publisher calls one picture.
  static constexpr int64_t kMost = 4 << 20;

  static constexpr int kBuckets = kSeconds + 1;

  int64_t& BytesNow() { return seconds_[static_cast<size_t>(second_ % kBuckets)]; }
  void Advance(Timestamp now) {
    const int64_t second = now.us() / Duration::Seconds(1).us();
    second_ = std::max(second_, second - kBuckets);
    while (second_ < second) {
      ++second_;
      BytesNow() = 0;
    }
    if (now - epoch_began_ < kEpoch) return;
    largest_before_ = std::exchange(largest_, 0);
    epoch_began_ = now;
  }

  RtpTimestamp picture_;
  int64_t picture_bytes_ = 0;
  int64_t largest_ = 0;         // picture of this epoch, in bytes
  int64_t largest_before_ = 0;  // of the one before it
  Timestamp epoch_began_;
  Timestamp heard_at_;
  std::array<int64_t, kBuckets> seconds_{};
  int64_t second_ = 0;
};

}  // namespace parley
