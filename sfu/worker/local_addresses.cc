#include "sfu/worker/local_addresses.h"

#include <cstring>

namespace parley {

void LocalAddresses::Ask(int fd, bool v4) {
  const int on = 1;
  if (v4) {
    setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
  } else {
    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  }
}

uint8_t LocalAddresses::Of(const msghdr& received) {
  for (const cmsghdr* control = CMSG_FIRSTHDR(&received); control;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&received), const_cast<cmsghdr*>(control))) {
    Local local;
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      // Of the interface where the destination is a broadcast or multicast address.
      std::memcpy(local.ip.data(), &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
      return Find(local);
    }
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(control), sizeof info);
      if (IN6_IS_ADDR_MULTICAST(&info.ipi6_addr)) return 0;
      local.v4 = false;
      std::memcpy(local.ip.data(), &info.ipi6_addr, local.ip.size());
      return Find(local);
    }
  }
  return 0;
}

uint8_t LocalAddresses::Find(const Local& local) {
  // Nearly always the first or second.
  for (size_t i = 0; i < count_; ++i) {
    if (known_[i] == local) return static_cast<uint8_t>(i + 1);
  }
  if (count_ == kMax) return 0;
  known_[count_++] = local;
  return static_cast<uint8_t>(count_);
}

size_t LocalAddresses::Write(uint8_t index, cmsghdr& control) const {
  const Local& local = known_[index - 1];
  if (local.v4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, local.ip.data(), sizeof info.ipi_spec_dst);
    control.cmsg_level = IPPROTO_IP;
    control.cmsg_type = IP_PKTINFO;
    control.cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(&control), &info, sizeof info);
    return CMSG_SPACE(sizeof info);
  }
  // No interface: the routes choose it, as they do for the client's packets.
  in6_pktinfo info{};
  std::memcpy(&info.ipi6_addr, local.ip.data(), local.ip.size());
  control.cmsg_level = IPPROTO_IPV6;
  control.cmsg_type = IPV6_PKTINFO;
  control.cmsg_len = CMSG_LEN(sizeof info);
  std::memcpy(CMSG_DATA(&control), &info, sizeof info);
  return CMSG_SPACE(sizeof info);
}

}  // namespace parley
