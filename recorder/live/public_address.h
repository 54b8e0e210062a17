#pragma once

// Whether an address is of the Internet, and not of this machine or the network it stands in: what
// a user names must not make the server speak to its neighbours. Pure.

#include <sys/socket.h>

namespace parley {

// False for every other family than IPv4 and IPv6, too.
bool IsPublicAddress(const sockaddr& address);

}  // namespace parley
