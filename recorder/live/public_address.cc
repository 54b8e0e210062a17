#include "recorder/live/public_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <span>

namespace parley {
namespace {

struct Block {
  std::array<uint8_t, 4> prefix;
  int bits;
};
// RFC 6890 and its successors, and multicast.
constexpr auto kNotPublic = std::to_array<Block>({
    {{0, 0, 0, 0}, 8},
    {{10, 0, 0, 0}, 8},
    {{100, 64, 0, 0}, 10},
    {{127, 0, 0, 0}, 8},
    {{169, 254, 0, 0}, 16},
    {{172, 16, 0, 0}, 12},
    {{192, 0, 0, 0}, 24},
    {{192, 0, 2, 0}, 24},
    {{192, 168, 0, 0}, 16},
    {{198, 18, 0, 0}, 15},
    {{198, 51, 100, 0}, 24},
    {{203, 0, 113, 0}, 24},
    {{224, 0, 0, 0}, 3},
});

uint32_t ToNumber(std::span<const uint8_t, 4> bytes) {
  return uint32_t{bytes[0]} << 24 | uint32_t{bytes[1]} << 16 | uint32_t{bytes[2]} << 8 | bytes[3];
}

bool IsPublicV4(std::span<const uint8_t, 4> ip) {
  return std::ranges::none_of(kNotPublic, [ip](const Block& block) {
    return (ToNumber(ip) ^ ToNumber(block.prefix)) >> (32 - block.bits) == 0;
  });
}

bool IsPublicV6(std::span<const uint8_t, 16> ip) {
  // RFC 6052: an IPv4 address behind a translator.
  constexpr std::array<uint8_t, 12> kTranslated = {0, 0x64, 0xFF, 0x9B};
  if (std::ranges::equal(ip.first<12>(), kTranslated)) return IsPublicV4(ip.subspan<12, 4>());
  // RFC 4291 section 2.4: only 2000::/3 is given to the Internet; of that RFC 3056 (6to4) holds an
  // IPv4 address, and RFC 4380 (Teredo) and RFC 3849 (documentation) lead nowhere.
  if (ip[0] >> 5 != 1) return false;
  if (ip[0] == 0x20 && ip[1] == 0x02) return IsPublicV4(ip.subspan<2, 4>());
  const bool special =
      ip[0] == 0x20 && ip[1] == 0x01 && ((ip[2] < 0x02) || (ip[2] == 0x0D && ip[3] == 0xB8));
  return !special;
}

}  // namespace

bool IsPublicAddress(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    std::array<uint8_t, 4> ip{};
    std::memcpy(ip.data(), &v4.sin_addr, ip.size());
    return IsPublicV4(ip);
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<uint8_t, 16> ip{};
  std::memcpy(ip.data(), &v6.sin6_addr, ip.size());
  return IsPublicV6(ip);
}

}  // namespace parley
