#include "mixer/phone/tick_clock.h"

#include <algorithm>

namespace parley {

void TickClock::HandleTick(Timestamp now) {
  if (now - due_ >= kAudioFrame) ++late_;
  due_ = due_ + kAudioFrame;
  if (now - due_ > kMostBehind) {
    const int64_t frames = (now - due_).us() / kAudioFrame.us();
    skipped_ += static_cast<uint64_t>(frames);
    due_ = due_ + kAudioFrame * frames;
  }
  at_ = std::max(due_, now + kAudioFrame / 2);
}

}  // namespace parley
