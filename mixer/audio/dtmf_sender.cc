#include "mixer/audio/dtmf_sender.h"

namespace parley {
namespace {

constexpr int kHeldTicks = 5;  // 100 ms
constexpr int kEnds = 3;
constexpr int kPauseTicks = 3;

}  // namespace

bool DtmfSender::Send(char key) {
  const auto code = TelephoneEvent::CodeOf(key);
  if (!code || count_ == kMostKeys) return false;
  codes_[(first_ + count_++) % kMostKeys] = *code;
  return true;
}

std::optional<DtmfSender::Packet> DtmfSender::Tick(RtpTimestamp timestamp) {
  if (ticks_ == 0) {
    if (count_ == 0) return std::nullopt;
    packet_ = {.timestamp = timestamp, .marker = true, .event = {.code = codes_[first_]}};
    first_ = (first_ + 1) % kMostKeys;
    --count_;
  }
  ++ticks_;
  if (ticks_ > kHeldTicks + kEnds) {
    if (ticks_ == kHeldTicks + kEnds + kPauseTicks) ticks_ = 0;
    return std::nullopt;
  }
  packet_.marker = ticks_ == 1;
  packet_.event.end = ticks_ > kHeldTicks;
  // The repeated ends say what the first one said.
  if (ticks_ <= kHeldTicks + 1) {
    packet_.event.duration = static_cast<uint16_t>(ticks_ * per_tick_);
  }
  return packet_;
}

}  // namespace parley
