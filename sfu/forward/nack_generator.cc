#include "sfu/forward/nack_generator.h"

#include <algorithm>

namespace parley {

void NackGenerator::HandlePacket(int64_t seq, Timestamp now) {
  if (highest_ < 0) {
    highest_ = seq;
  } else if (seq > highest_) {
    AddGap(highest_ + 1, seq, now);
    highest_ = seq;
  } else {
    Remove(seq);
  }
}

void NackGenerator::AddGap(int64_t from, int64_t to, Timestamp now) {
  if (from == to) return;
  if (static_cast<uint64_t>(to - from) > kMaxMissing - size_) {
    size_ = 0;
    next_ = Timestamp::Never();
    gave_up_ = true;
    return;
  }
  for (int64_t seq = from; seq < to; ++seq) missing_[size_++] = {seq, now, now + kReorderGrace, 0};
  next_ = std::min(next_, now + kReorderGrace);
}

void NackGenerator::Remove(int64_t seq) {
  auto end = missing_.begin() + static_cast<ptrdiff_t>(size_);
  auto it = std::lower_bound(missing_.begin(), end, seq,
                             [](const Missing& m, int64_t s) { return m.seq < s; });
  if (it == end || it->seq != seq) return;
  std::move(it + 1, end, it);
  --size_;
  if (size_ == 0) next_ = Timestamp::Never();
}

size_t NackGenerator::Collect(Timestamp now, Duration round_trip, std::span<SeqNum> out) {
  size_t count = 0;
  size_t kept = 0;
  Duration interval = std::max(round_trip + round_trip / 4, kMinRetryInterval);
  next_ = Timestamp::Never();
  for (size_t i = 0; i < size_; ++i) {
    Missing m = missing_[i];
    if (m.due <= now && count < out.size()) {
      if (m.retries == kMaxRetries || now - m.since > kMaxAge) {
        gave_up_ = true;
        continue;
      }
      out[count++] = SeqNum(static_cast<uint16_t>(m.seq));
      ++m.retries;
      m.due = now + interval;
    }
    next_ = std::min(next_, m.due);
    missing_[kept++] = m;
  }
  size_ = kept;
  return count;
}

bool NackGenerator::TakeGaveUp() {
  bool gave_up = gave_up_;
  gave_up_ = false;
  return gave_up;
}

void NackGenerator::Reset() {
  size_ = 0;
  highest_ = -1;
  gave_up_ = false;
  next_ = Timestamp::Never();
}

}  // namespace parley
