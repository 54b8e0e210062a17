#include "sfu/congestion/inter_arrival.h"

#include <algorithm>

namespace parley {
namespace {

// draft-ietf-rmcat-gcc-02 section 5.2: burst_time.
constexpr Duration kBurst = Duration::Millis(5);
// A medium that delivers what it held back never holds it longer than this; more is a queue.
constexpr Duration kMaxBurst = Duration::Millis(100);
// The receiver's clock jumped, or the path was gone.
constexpr Duration kMaxArrivalGap = Duration::Seconds(3);
constexpr int kMaxReordered = 3;

}  // namespace

std::optional<InterArrival::Deltas> InterArrival::Handle(Timestamp sent, Timestamp received) {
  if (!current_) {
    current_ = {sent, sent, received, received};
    return std::nullopt;
  }
  if (sent < current_->first_sent) return std::nullopt;
  if (Belongs(sent, received)) {
    current_->last_sent = std::max(current_->last_sent, sent);
    current_->last_received = std::max(current_->last_received, received);
    return std::nullopt;
  }
  std::optional<Deltas> deltas;
  if (previous_) {
    deltas = Deltas{current_->last_sent - previous_->last_sent,
                    current_->last_received - previous_->last_received};
    if (deltas->arrival - deltas->send >= kMaxArrivalGap) {
      previous_.reset();
      current_ = {sent, sent, received, received};
      return std::nullopt;
    }
    if (deltas->arrival < Duration::Zero()) {
      deltas.reset();
      if (++reordered_ >= kMaxReordered) {
        reordered_ = 0;
        previous_.reset();
        current_ = {sent, sent, received, received};
        return std::nullopt;
      }
    } else {
      reordered_ = 0;
    }
  }
  previous_ = current_;
  current_ = {sent, sent, received, received};
  return deltas;
}

bool InterArrival::Belongs(Timestamp sent, Timestamp received) const {
  if (sent - current_->first_sent <= kBurst) return true;
  // Arrived on the heels of the group although it was sent later: both waited for the same thing.
  const Duration arrival = received - current_->last_received;
  const Duration variation = arrival - (sent - current_->last_sent);
  return variation < Duration::Zero() && arrival <= kBurst && arrival >= -kMaxBurst &&
         received - current_->first_received < kMaxBurst;
}

}  // namespace parley
