#pragma once

// The addresses of this machine's interfaces, for candidates of a socket that listens on all. Reads
// the system; any thread.

#include <vector>

#include "sfu/base/socket_address.h"

namespace parley {

// Of interfaces that are up, IPv4 first, without link-local ones; loopback ones only when there is
// nothing else. Ports are 0.
std::vector<SocketAddress> HostAddresses();

}  // namespace parley
