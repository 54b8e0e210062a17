#pragma once

// `parley debug pcap ROOM`: has the running server write what is sent in a test room, and waits for
// the end. Blocks.

#include <cstdint>
#include <expected>
#include <functional>
#include <string>
#include <string_view>

#include "sfu/base/units.h"

namespace parley {

struct DebugCommand {
  std::string room;
  Duration time = Duration::Seconds(30);
  int64_t megabytes = 64;
};

// `token` is a host's of all rooms; `say` gets lines for a person. The error is a sentence.
std::expected<void, std::string> RunCapture(uint16_t port, std::string_view token,
                                            const DebugCommand& command,
                                            const std::function<void(std::string_view)>& say);

}  // namespace parley
