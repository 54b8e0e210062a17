#pragma once

// One HTTP request to a Parley that runs on this machine, over its plain loopback port: for
// commands that ask something of it. Blocks, for seconds at most.

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace parley {

struct LocalReply {
  int status = 0;
  std::string body;
};

// `method` and `target` as they stand in the request; a body is JSON. The error is a sentence.
std::expected<LocalReply, std::string> CallLocal(uint16_t port, std::string_view method,
                                                 std::string_view target, std::string_view token,
                                                 std::string_view body = {});

}  // namespace parley
