// Replies of a socket that is bound to no address in particular, on a machine with several.

#include "sfu/worker/local_addresses.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "sfu/worker/udp_socket.h"

namespace parley {
namespace {

class Conversation {
 public:
  Conversation(const UdpOptions& options, const std::string& any)
      : server_(*UdpSocket::Bind(*SocketAddress::Parse(any, 0), options)) {}

  // A client asks at `local`: `answers` datagrams come back. Whence, and "" when one is missing.
  std::vector<std::string> Ask(const std::string& client_ip, const std::string& local,
                               size_t answers = 1) {
    auto client = UdpSocket::Bind(*SocketAddress::Parse(client_ip, 0));
    if (!client) return {client.error()};
    const std::array<uint8_t, 4> bytes{1, 2, 3, 4};
    const OutDatagram question{*SocketAddress::Parse(local, server_.local().port()), bytes};
    client->Send(std::span(&question, 1), metrics_);
    const auto asked = Receive(server_, 1);
    if (asked.empty()) return {"not asked"};
    from_ = asked[0].from;
    const std::vector<OutDatagram> out(answers, OutDatagram{from_, bytes});
    server_.Send(out, metrics_);
    std::vector<std::string> whence;
    for (const ReceivedDatagram& answer : Receive(*client, answers)) {
      whence.push_back(answer.from.IpString());
    }
    return whence;
  }
  const SocketAddress& from() const { return from_; }
  uint64_t joined() const { return metrics_.datagrams_joined.value(); }
  uint64_t refused() const { return metrics_.joins_refused.value(); }
  UdpSocket& server() { return server_; }

 private:
  std::vector<ReceivedDatagram> Receive(UdpSocket& socket, size_t count) {
    std::vector<ReceivedDatagram> all;
    pollfd p{socket.fd(), POLLIN, 0};
    while (all.size() < count && poll(&p, 1, 5000) == 1) {
      std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
      const size_t n = socket.Receive(pool_, batch, metrics_);
      std::move(batch.begin(), batch.begin() + static_cast<ptrdiff_t>(n), std::back_inserter(all));
    }
    return all;
  }

  PacketPool pool_{512};
  WorkerMetrics metrics_;
  UdpSocket server_;
  SocketAddress from_;
};

using Strings = std::vector<std::string>;

TEST(LocalAddressesTest, AReplyLeavesFromWhereItsQuestionCameIn) {
  for (const bool one_by_one : {false, true}) {
    Conversation talk({.one_by_one = one_by_one}, "0.0.0.0");
    EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.0.2"), Strings{"127.0.0.2"});
    EXPECT_EQ(talk.from().local_index(), 1);
    EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.0.3"), Strings{"127.0.0.3"});
    EXPECT_EQ(talk.from().local_index(), 2);
    EXPECT_EQ(talk.Ask("127.0.0.9", "127.0.0.2"), Strings{"127.0.0.2"});
    EXPECT_EQ(talk.from().local_index(), 1);
  }
}

TEST(LocalAddressesTest, SoDoRunsThatAreJoined) {
  Conversation talk({}, "0.0.0.0");
  EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.0.2", 10), Strings(10, "127.0.0.2"));
  EXPECT_EQ(talk.joined(), 10u);
}

TEST(LocalAddressesTest, AndRunsThatTheKernelDoesNotJoin) {
  Conversation talk({}, "0.0.0.0");
  const int on = 1;
  ASSERT_EQ(setsockopt(talk.server().fd(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on), 0);
  EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.0.2", 10), Strings(10, "127.0.0.2"));
  EXPECT_EQ(talk.refused(), 1u);
}

TEST(LocalAddressesTest, ASocketWithOneAddressAsksForNothing) {
  Conversation talk({}, "127.0.0.1");
  EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.0.1"), Strings{"127.0.0.1"});
  EXPECT_EQ(talk.from().local_index(), 0);
}

TEST(LocalAddressesTest, TheKernelChoosesBeyondItsBound) {
  Conversation talk({}, "0.0.0.0");
  for (size_t i = 1; i <= LocalAddresses::kMax; ++i) {
    const std::string local = "127.0.1." + std::to_string(i);
    ASSERT_EQ(talk.Ask("127.0.0.1", local), Strings{local});
  }
  EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.2.1"), Strings{"127.0.0.1"});
  EXPECT_EQ(talk.from().local_index(), 0);
  EXPECT_EQ(talk.Ask("127.0.0.1", "127.0.1.200"), Strings{"127.0.1.200"});
}

// The kernel's in6_ifreq, whose header clashes with net/if.h.
struct AddressRequest {
  in6_addr address;
  uint32_t prefix_length;
  int interface;
};

// A second IPv6 address needs a network of this thread's own.
bool EnterNetworkWith(const Strings& addresses) {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return false;
  ifreq request{};
  std::strncpy(request.ifr_name, "lo", sizeof request.ifr_name - 1);
  bool good = ioctl(fd, SIOCGIFFLAGS, &request) == 0;
  request.ifr_flags |= IFF_UP;
  good = good && ioctl(fd, SIOCSIFFLAGS, &request) == 0 && ioctl(fd, SIOCGIFINDEX, &request) == 0;
  for (const std::string& address : addresses) {
    AddressRequest add{.address = {}, .prefix_length = 128, .interface = request.ifr_ifindex};
    std::memcpy(&add.address, SocketAddress::Parse(address, 0)->ip().data(), 16);
    good = good && ioctl(fd, SIOCSIFADDR, &add) == 0;
  }
  close(fd);
  // The kernel makes them usable a little later.
  for (int tries = 0; good && tries < 3000; ++tries) {
    if (std::ranges::all_of(addresses, [](const std::string& address) {
          return UdpSocket::Bind(*SocketAddress::Parse(address, 0)).has_value();
        })) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(LocalAddressesTest, Ipv6DoesTheSame) {
  bool entered = false;
  std::thread([&entered] {
    entered = EnterNetworkWith({"fd00::1", "fd00::2", "fd00::3"});
    if (!entered) return;
    Conversation talk({}, "::");
    EXPECT_EQ(talk.Ask("fd00::1", "fd00::2"), Strings{"fd00::2"});
    EXPECT_EQ(talk.Ask("fd00::1", "fd00::3"), Strings{"fd00::3"});
    EXPECT_EQ(talk.from().local_index(), 2);
    EXPECT_EQ(talk.Ask("fd00::1", "fd00::2", 10), Strings(10, "fd00::2"));
    EXPECT_EQ(talk.joined(), 10u);
  }).join();
  if (!entered) GTEST_SKIP() << "no network namespace may be made here";
}

}  // namespace
}  // namespace parley
