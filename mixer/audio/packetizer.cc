#include "mixer/audio/packetizer.h"

#include <algorithm>

#include "sfu/base/check.h"

namespace parley {

void Packetizer::Add(std::span<const uint8_t> payload) {
  end_ = static_cast<size_t>(std::copy(octets_.begin() + static_cast<ptrdiff_t>(begin_),
                                       octets_.begin() + static_cast<ptrdiff_t>(end_),
                                       octets_.begin()) -
                             octets_.begin());
  begin_ = 0;
  PARLEY_CHECK(end_ + payload.size() <= octets_.size());
  std::ranges::copy(payload, octets_.begin() + static_cast<ptrdiff_t>(end_));
  end_ += payload.size();
}

std::span<const uint8_t> Packetizer::Next() {
  if (waiting() < packet_octets_) return {};
  begin_ += packet_octets_;
  return std::span(octets_).subspan(begin_ - packet_octets_, packet_octets_);
}

}  // namespace parley
