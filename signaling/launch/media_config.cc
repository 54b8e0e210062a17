#include "signaling/launch/media_config.h"

#include <netdb.h>
#include <sys/socket.h>

#include <string>
#include <vector>

namespace parley {
namespace {

// The numeric addresses of the public name.
OrSentence<std::vector<SocketAddress>> Resolve(const std::string& name) {
  if (const auto numeric = SocketAddress::Parse(name, 0)) return std::vector{*numeric};
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(name.c_str(), nullptr, &hints, &found); error != 0) {
    return std::unexpected("the public address " + name + " is unknown: " + gai_strerror(error) +
                           ". Give it as a number, as in --public-address 192.0.2.1");
  }
  std::vector<SocketAddress> addresses;
  for (const addrinfo* a = found; a; a = a->ai_next) {
    char text[NI_MAXHOST];
    if (getnameinfo(a->ai_addr, a->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) !=
        0) {
      continue;
    }
    if (const auto address = SocketAddress::Parse(text, 0)) addresses.push_back(*address);
  }
  freeaddrinfo(found);
  return addresses;
}

std::vector<SocketAddress> Parse(const std::vector<std::string>& texts) {
  std::vector<SocketAddress> addresses;
  for (const std::string& text : texts) {
    if (const auto address = SocketAddress::Parse(text, 0)) addresses.push_back(*address);
  }
  return addresses;
}

}  // namespace

OrSentence<WorkerPoolConfig> MediaConfig(const Config& config) {
  const bool is_public = !config.http.public_address.empty();
  WorkerPoolConfig pool;
  pool.local_media = !config.phone.address.empty();
  pool.workers = config.media.workers;
  pool.max_uplink = Bitrate::Kbps(config.media.max_uplink_kbps);
  pool.base_port = config.media.port;
  pool.bind = Parse(config.media.bind);
  if (pool.bind.empty()) {
    pool.bind = is_public ? Parse({"0.0.0.0", "::"}) : Parse({"127.0.0.1", "::1"});
  }
  pool.announced = Parse(config.media.announced_addresses);
  if (pool.announced.empty() && is_public) {
    auto resolved = Resolve(config.http.public_address);
    if (!resolved) return std::unexpected(resolved.error());
    pool.announced = *std::move(resolved);
  }
  return pool;
}

}  // namespace parley
