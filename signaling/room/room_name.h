#pragma once

// Names of rooms: what stands in their links. Readable ones are made from words; a room is kept by
// its invitation's secret, not by its name. Any thread.

#include <string>
#include <string_view>

#include "sfu/base/random.h"

namespace parley {

// 3 to 64 of a-z, 0-9 and '-'.
bool IsRoomName(std::string_view name);

// "swift-otter-42": one of about 300,000.
std::string MakeRoomName(RandomSource& random);

}  // namespace parley
