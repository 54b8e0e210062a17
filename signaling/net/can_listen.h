#pragma once

// Tries whether a TCP port can be listened on, for an error that says why not: libwebsockets only
// says that it failed. At start.

#include <cstdint>
#include <string_view>
#include <system_error>

namespace parley {

enum class ListenFamily : uint8_t { kV4, kV6, kBoth };

// `address` is numeric, or "" for every address: IPv6 and IPv4 in one socket, or IPv4 alone where
// the machine has no IPv6. Sets `family` to what is possible. No error when it works.
std::error_code CanListen(std::string_view address, uint16_t port, ListenFamily& family);

}  // namespace parley
