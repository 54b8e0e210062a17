#pragma once

// One stream of keys from three sources that may all tell of the same press: RTP events, SIP INFO,
// and the sound itself. The best source that was heard in a call is believed from then on. One per
// leg, on the mixer's thread; nothing allocates.

#include <cstdint>
#include <optional>

#include "sfu/base/units.h"

namespace parley {

class KeypadInput {
 public:
  // From worst to best.
  enum class Source : uint8_t { kInBand, kInfo, kRtpEvent };

  // The key, unless it was told of already or a better source will.
  std::optional<char> HandleKey(Source source, char key, Timestamp now);
  // Whether listening to the sound is still of use.
  bool wants_in_band() const { return !source_ || *source_ == Source::kInBand; }

 private:
  std::optional<Source> source_;
  char last_key_ = 0;
  Timestamp last_at_;
};

}  // namespace parley
