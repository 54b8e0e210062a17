#pragma once

// How much may be sent to one subscriber, from its REMB messages and reported losses. A receiver's
// estimate never exceeds about one and a half times what it receives, so an estimate far above the
// sent rate says "not limited", and the budget then allows one step up; a step that ends in an
// estimate below the sent rate is taken back, and the next try waits, twice as long each time. One
// per Downlink. Value, nothing allocates.

#include <algorithm>
#include <cstdint>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class BandwidthBudget {
 public:
  // Without a REMB for this long nothing is known.
  static constexpr Duration kMaxAge = Duration::Seconds(8);
  static constexpr Duration kFirstBackoff = Duration::Seconds(4);
  static constexpr Duration kMaxBackoff = Duration::Seconds(64);

  void HandleRemb(Bitrate estimate, Bitrate sent, Timestamp now);
  // `loss`: share lost since the last report, 0..1.
  void HandleLoss(float loss, Bitrate sent, Timestamp now);

  // For everything sent, audio included.
  Bitrate Get(Bitrate sent, Timestamp now) const;
  // Whether heavy loss confirms the limit. An estimate alone may also be low because the receiver's
  // processor is busy, and without video it cannot grow again: it lowers layers but pauses nothing.
  bool MayPause(Timestamp now) const { return heavy_loss_at_ && now - *heavy_loss_at_ <= kMaxAge; }
  // Zero while unknown.
  Bitrate estimate(Timestamp now) const { return IsFresh(now) ? *estimate_ : Bitrate(); }

 private:
  bool IsFresh(Timestamp now) const { return estimate_ && now - at_ <= kMaxAge; }
  void BackOff(Timestamp now);

  std::optional<Bitrate> estimate_;
  Timestamp at_;
  std::optional<Timestamp> heavy_loss_at_;
  bool limited_ = false;
  Timestamp no_step_before_;
  Duration backoff_ = kFirstBackoff;
};

}  // namespace parley
