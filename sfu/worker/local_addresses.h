#pragma once

// The addresses of this machine that datagrams of one socket came in at, as small numbers that a
// SocketAddress carries, and the control messages that name them to the kernel (ip(7) IP_PKTINFO,
// RFC 3542 section 6). A reply leaves from where its question came in, so that a client of a
// machine with several addresses knows who answers. Bounds: kMax addresses; to what comes in at
// others the kernel chooses whence to reply. Nothing is allocated after construction. One thread:
// its socket's.

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace parley {

class LocalAddresses {
 public:
  static constexpr size_t kMax = 255;
  // Of either family.
  static constexpr size_t kControlBytes =
      std::max(CMSG_SPACE(sizeof(in_pktinfo)), CMSG_SPACE(sizeof(in6_pktinfo)));

  // Asks the kernel to say, with each datagram, where it came in.
  static void Ask(int fd, bool v4);

  // Where a received message came in, 1..kMax; 0 when the kernel does not say, for a multicast
  // address, and when there are too many.
  uint8_t Of(const msghdr& received);
  // Makes `control` name that address; `index` is of Of(), and not 0. Returns the bytes written.
  size_t Write(uint8_t index, cmsghdr& control) const;

 private:
  struct Local {
    bool v4 = true;
    std::array<uint8_t, 16> ip{};
    bool operator==(const Local&) const = default;
  };
  uint8_t Find(const Local& local);

  std::array<Local, kMax> known_;
  size_t count_ = 0;
};

}  // namespace parley
