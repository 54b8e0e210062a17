#pragma once

// Somebody who waits as a row of the lobby (room/feature_rows.h): rows sort as the queue does.
// Pure; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "signaling/room/lobby.h"

namespace parley {

inline constexpr std::string_view kKnockRow = "knock:";

std::string KeyOf(const Knock& knock);
std::string WriteForStore(const Knock& knock);
// Without sources and what was negotiated. Nothing when it is not ours.
std::optional<Knock> ReadKnock(std::string_view key, std::string_view value);

}  // namespace parley
