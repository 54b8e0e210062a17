#include "mixer/audio/leg_output.h"

namespace parley {
namespace {

// How long two encoders of one codec must have had the same sound before their states are alike:
// in any case, and when it was quiet.
struct Settling {
  int ticks;
  int quiet_ticks;
};

Settling SettlingOf(AudioCodec codec) {
  switch (codec) {
    case AudioCodec::kPcmu:
    case AudioCodec::kPcma:
      return {3, 3};  // no state but the limiter's and the resampler's
    case AudioCodec::kG722:
      return {25, 10};  // everything leaks with 256 samples of a band, 32 ms, or less
    case AudioCodec::kOpus:
      break;
  }
  return {100, 10};
}

}  // namespace

void LegOutput::Begin(bool hears_own, const OutputChain* shared) {
  hears_own_ = hears_own;
  if (hears_own) {
    if (shares_ && shared != nullptr) own_.ContinueFrom(*shared);
    shares_ = false;
    same_sound_ = 0;
    quiet_ = 0;
    return;
  }
  if (shares_) return;
  const Settling settling = SettlingOf(codec());
  shares_ = same_sound_ >= settling.ticks || quiet_ >= settling.quiet_ticks;
}

void LegOutput::Process(std::span<const int32_t> sum, bool quiet) {
  if (!hears_own_) {
    ++same_sound_;
    quiet_ = quiet ? quiet_ + 1 : 0;
  }
  own_.Process(sum);
}

}  // namespace parley
