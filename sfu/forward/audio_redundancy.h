#pragma once

// How many earlier packets each audio packet to one subscriber repeats (RFC 2198): none while
// nothing is lost, more the more its receiver reports tell. Up at once, down when a weaker share
// has lasted. Value; one per Downlink.

#include <algorithm>
#include <array>
#include <cstdint>

#include "sfu/base/units.h"

namespace parley {

class AudioRedundancy {
 public:
  static constexpr int kMaxDepth = 2;

  // One report block about an audio slot: of `expected` packets, that share (0..1) was lost.
  void HandleReport(uint32_t expected, float lost, Timestamp now) {
    Forget(now);
    expected_ += static_cast<float>(expected);
    lost_ += static_cast<float>(expected) * lost;
    const float share = lost_ / std::max(expected_, kFewest);
    if (depth_ < kMaxDepth && share >= kUp[depth_]) {
      while (depth_ < kMaxDepth && share >= kUp[depth_]) ++depth_;
      needed_at_ = now;
    } else if (depth_ > 0 && share >= kUp[depth_ - 1] / 2) {
      needed_at_ = now;
    } else if (depth_ > 0 && now - needed_at_ >= kKept) {
      --depth_;
      needed_at_ = now;
    }
  }

  int depth() const { return static_cast<int>(depth_); }

 private:
  static constexpr std::array<float, kMaxDepth> kUp = {0.02F, 0.08F};
  static constexpr Duration kKept = Duration::Seconds(10);
  static constexpr Duration kHalfLife = Duration::Seconds(3);
  // A lost packet among a handful is no rate yet.
  static constexpr float kFewest = 50;

  void Forget(Timestamp now) {
    for (; now - halved_at_ >= kHalfLife && expected_ > 0; halved_at_ = halved_at_ + kHalfLife) {
      expected_ = expected_ < 1 ? 0 : expected_ / 2;
      lost_ = expected_ == 0 ? 0 : lost_ / 2;
    }
    if (expected_ == 0) halved_at_ = now;
  }

  size_t depth_ = 0;
  float expected_ = 0;
  float lost_ = 0;
  Timestamp halved_at_;
  Timestamp needed_at_;
};

}  // namespace parley
