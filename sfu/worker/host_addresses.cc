#include "sfu/worker/host_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <algorithm>
#include <iterator>

#include "sfu/worker/sockaddr.h"

namespace parley {
namespace {

bool IsLinkLocal(const SocketAddress& a) {
  if (a.is_v4()) return a.ip()[0] == 169 && a.ip()[1] == 254;  // RFC 3927
  return a.ip()[0] == 0xFE && (a.ip()[1] & 0xC0) == 0x80;      // RFC 4291 section 2.5.6
}

}  // namespace

std::vector<SocketAddress> HostAddresses() {
  ifaddrs* list = nullptr;
  if (getifaddrs(&list) != 0) return {};
  std::vector<SocketAddress> found, loopback;
  for (const ifaddrs* i = list; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || !(i->ifa_flags & IFF_UP)) continue;
    const auto family = i->ifa_addr->sa_family;
    if (family != AF_INET && family != AF_INET6) continue;
    sockaddr_in6 raw{};
    std::memcpy(&raw, i->ifa_addr, family == AF_INET ? sizeof(sockaddr_in) : sizeof raw);
    const SocketAddress address = FromSockaddr(raw);
    if (IsLinkLocal(address)) continue;
    (i->ifa_flags & IFF_LOOPBACK ? loopback : found).push_back(address);
  }
  freeifaddrs(list);
  if (found.empty()) found = std::move(loopback);
  std::vector<SocketAddress> ordered;
  for (const bool v4 : {true, false}) {
    std::ranges::copy_if(found, std::back_inserter(ordered),
                         [v4](const SocketAddress& a) { return a.is_v4() == v4; });
  }
  return ordered;
}

}  // namespace parley
