#include "sfu/worker/udp_socket.h"

#include <gtest/gtest.h>
#include <netinet/udp.h>
#include <poll.h>

#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace parley {
namespace {

constexpr size_t kBufferBytes = 1 << 20;

SocketAddress Loopback(bool v4) { return *SocketAddress::Parse(v4 ? "127.0.0.1" : "::1", 0); }

std::vector<uint8_t> Bytes(const std::string& text) { return {text.begin(), text.end()}; }

// Waits until something can be read, so that no test depends on timing.
bool Readable(const UdpSocket& socket) {
  pollfd p{socket.fd(), POLLIN, 0};
  return poll(&p, 1, 30'000) == 1;
}

struct Kind {
  bool v4;
  bool one_by_one;  // the batch calls are missing
  bool join;        // and UDP_SEGMENT is not
};

class UdpSocketTest : public testing::TestWithParam<Kind> {
 protected:
  UdpSocket Make() {
    auto socket = UdpSocket::Bind(Loopback(GetParam().v4), {.buffer_bytes = kBufferBytes,
                                                            .one_by_one = GetParam().one_by_one,
                                                            .join = GetParam().join});
    EXPECT_TRUE(socket) << socket.error();
    return std::move(*socket);
  }
  std::vector<ReceivedDatagram> ReceiveAll(UdpSocket& socket, size_t count) {
    std::vector<ReceivedDatagram> all;
    while (all.size() < count && Readable(socket)) {
      std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
      const size_t n = socket.Receive(pool_, batch, metrics_);
      std::move(batch.begin(), batch.begin() + static_cast<ptrdiff_t>(n), std::back_inserter(all));
    }
    return all;
  }

  PacketPool pool_{512};
  WorkerMetrics metrics_;
};

TEST_P(UdpSocketTest, CarriesBatchesInOrder) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  std::vector<std::vector<uint8_t>> texts;
  std::vector<OutDatagram> out;
  for (int i = 0; i < 150; ++i) texts.push_back(Bytes("packet " + std::to_string(i)));
  for (const auto& text : texts) out.push_back({b.local(), text});
  a.Send(out, metrics_);
  EXPECT_EQ(metrics_.datagrams_sent.value(), 150u);
  const auto received = ReceiveAll(b, 150);
  ASSERT_EQ(received.size(), 150u);
  for (size_t i = 0; i < received.size(); ++i) {
    EXPECT_EQ(received[i].from, a.local());
    EXPECT_TRUE(std::ranges::equal(received[i].packet.bytes(), texts[i])) << i;
  }
  EXPECT_EQ(metrics_.datagrams_received.value(), 150u);
  // Runs of 10, 64 and 26, and 28 and 22 of equal size; 128 datagrams a call.
  const uint64_t messages = GetParam().join ? 5 : 150;
  const uint64_t calls = GetParam().join ? 2 : 3;
  EXPECT_EQ(metrics_.send_calls.value(), GetParam().one_by_one ? messages : calls);
  EXPECT_EQ(metrics_.datagrams_joined.value(), GetParam().join ? 150u : 0u);
}

TEST_P(UdpSocketTest, DropsWhatIsLargerThanAPacket) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  const std::vector<uint8_t> small(kPacketCapacity, 1), large(kPacketCapacity + 1, 2);
  const OutDatagram out[] = {{b.local(), large}, {b.local(), small}, {b.local(), large}};
  a.Send(out, metrics_);
  const auto received = ReceiveAll(b, 1);
  ASSERT_EQ(received.size(), 1u);
  EXPECT_EQ(received[0].packet.size(), kPacketCapacity);
  while (metrics_.datagrams_received.value() < 3 && Readable(b)) {
    std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
    EXPECT_EQ(b.Receive(pool_, batch, metrics_), 0u);
  }
  EXPECT_EQ(metrics_.dropped_too_large.value(), 2u);
}

TEST_P(UdpSocketTest, AnEmptyPoolDropsAndGoesOn) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  PacketPool tiny(1);
  const auto text = Bytes("x");
  const OutDatagram out[] = {{b.local(), text}, {b.local(), text}};
  a.Send(out, metrics_);
  PacketRef held = tiny.Allocate();
  std::array<ReceivedDatagram, UdpSocket::kBatch> batch;
  while (metrics_.dropped_no_buffer.value() < 2 && Readable(b)) {
    EXPECT_EQ(b.Receive(tiny, batch, metrics_), 0u);
  }
  EXPECT_EQ(metrics_.dropped_no_buffer.value(), 2u);
  held.Reset();
  a.Send(std::span(out).first(1), metrics_);
  ASSERT_TRUE(Readable(b));
  EXPECT_EQ(b.Receive(tiny, batch, metrics_), 1u);
  batch[0].packet.Reset();
}

TEST_P(UdpSocketTest, AnUnreachableDestinationDoesNotHoldTheOthers) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  const auto text = Bytes("x");
  const auto nowhere =
      GetParam().v4 ? SocketAddress::V4({127, 0, 0, 1}, 0) : *SocketAddress::Parse("::1", 0);
  const OutDatagram out[] = {{nowhere, text}, {b.local(), text}, {nowhere, text}};
  a.Send(out, metrics_);
  EXPECT_EQ(ReceiveAll(b, 1).size(), 1u);
  EXPECT_EQ(metrics_.send_dropped.value(), 2u);
  EXPECT_EQ(metrics_.datagrams_sent.value(), 1u);
}

TEST_P(UdpSocketTest, LeavesOtherFamiliesAndTcpAlone) {
  UdpSocket a = Make();
  const auto text = Bytes("x");
  const auto other = *SocketAddress::Parse(GetParam().v4 ? "::1" : "127.0.0.1", 9);
  const OutDatagram out[] = {{other, text}, {a.local().WithTcpConnection(7), text}};
  a.Send(out, metrics_);
  EXPECT_EQ(metrics_.datagrams_sent.value() + metrics_.send_dropped.value(), 0u);
}

TEST_P(UdpSocketTest, SaysWhyItCannotListen) {
  UdpSocket a = Make();
  const auto again = UdpSocket::Bind(a.local());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().find("in use"), std::string::npos) << again.error();
}

// What goes to two destinations, in runs of several sizes, and what is expected to be joined.
TEST_P(UdpSocketTest, JoinsOnlyWhatTheKernelCanTakeApartAgain) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  UdpSocket c = Make();
  struct Step {
    UdpSocket* to;
    size_t size;
  };
  const Step steps[] = {{&b, 1000}, {&b, 1000}, {&b, 999},               // a run with a shorter end
                        {&b, 1000}, {&c, 1000}, {&b, 1000},              // alone
                        {&b, 1001}, {&b, 500},  {&c, 200},  {&c, 200}};  // two runs
  std::vector<std::vector<uint8_t>> bytes;
  std::vector<OutDatagram> out;
  for (size_t i = 0; i < std::size(steps); ++i) {
    bytes.emplace_back(steps[i].size, static_cast<uint8_t>(i));
  }
  for (size_t i = 0; i < std::size(steps); ++i) out.push_back({steps[i].to->local(), bytes[i]});
  a.Send(out, metrics_);
  EXPECT_EQ(metrics_.datagrams_sent.value(), std::size(steps));
  EXPECT_EQ(metrics_.datagrams_joined.value(), GetParam().join ? 7u : 0u);
  for (UdpSocket* to : {&b, &c}) {
    std::vector<size_t> expected;
    for (size_t i = 0; i < std::size(steps); ++i) {
      if (steps[i].to == to) expected.push_back(i);
    }
    const auto received = ReceiveAll(*to, expected.size());
    ASSERT_EQ(received.size(), expected.size());
    for (size_t i = 0; i < expected.size(); ++i) {
      EXPECT_TRUE(std::ranges::equal(received[i].packet.bytes(), bytes[expected[i]])) << i;
    }
  }
}

TEST_P(UdpSocketTest, ManyLargeDatagramsToOneDestinationAllArrive) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  std::vector<std::vector<uint8_t>> bytes;
  std::vector<OutDatagram> out;
  for (size_t i = 0; i < 200; ++i) bytes.emplace_back(1400, static_cast<uint8_t>(i));
  for (const auto& packet : bytes) out.push_back({b.local(), packet});
  a.Send(out, metrics_);
  const auto received = ReceiveAll(b, 200);
  ASSERT_EQ(received.size(), 200u);
  for (size_t i = 0; i < 200; ++i) {
    EXPECT_TRUE(std::ranges::equal(received[i].packet.bytes(), bytes[i])) << i;
  }
}

// A socket that sends without checksums takes no UDP_SEGMENT: the kernel's own refusal.
void TurnChecksumsOff(UdpSocket& socket, bool v4) {
  const int on = 1;
  ASSERT_EQ(v4 ? setsockopt(socket.fd(), SOL_SOCKET, SO_NO_CHECK, &on, sizeof on)
               : setsockopt(socket.fd(), SOL_UDP, UDP_NO_CHECK6_TX, &on, sizeof on),
            0);
  // A receiver of IPv6 takes no datagram without a checksum unless told to.
  if (v4) return;
  ASSERT_EQ(setsockopt(socket.fd(), SOL_UDP, UDP_NO_CHECK6_RX, &on, sizeof on), 0);
}

TEST_P(UdpSocketTest, ARefusedRunGoesApartAndTheBatchGoesOn) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  for (UdpSocket* socket : {&a, &b}) TurnChecksumsOff(*socket, GetParam().v4);
  const std::vector<uint8_t> large(800, 1), small(300, 2);
  const OutDatagram out[] = {{b.local(), small}, {b.local(), large}, {b.local(), large},
                             {b.local(), large}, {b.local(), small}, {b.local(), large}};
  a.Send(out, metrics_);
  const auto received = ReceiveAll(b, std::size(out));
  ASSERT_EQ(received.size(), std::size(out));
  for (size_t i = 0; i < std::size(out); ++i) {
    EXPECT_EQ(received[i].packet.size(), out[i].bytes.size()) << i;
  }
  EXPECT_EQ(metrics_.datagrams_sent.value(), std::size(out));
  EXPECT_EQ(metrics_.send_dropped.value(), 0u);
  EXPECT_EQ(metrics_.datagrams_joined.value(), 0u);
  EXPECT_EQ(metrics_.joins_refused.value(), GetParam().join ? 1u : 0u);
}

TEST_P(UdpSocketTest, ManyRefusalsEndTheJoining) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  for (UdpSocket* socket : {&a, &b}) TurnChecksumsOff(*socket, GetParam().v4);
  const std::vector<uint8_t> packet(100, 1);
  const OutDatagram out[] = {{b.local(), packet}, {b.local(), packet}};
  const int rounds = UdpSocket::kMaxRefusals + 5;
  for (int i = 0; i < rounds; ++i) {
    a.Send(out, metrics_);
    EXPECT_EQ(ReceiveAll(b, 2).size(), 2u);
  }
  EXPECT_EQ(metrics_.datagrams_sent.value(), static_cast<uint64_t>(2 * rounds));
  EXPECT_EQ(metrics_.joins_refused.value(),
            GetParam().join ? static_cast<uint64_t>(UdpSocket::kMaxRefusals) : 0u);
}

TEST_P(UdpSocketTest, ARunToNowhereDoesNotHoldTheOthersAndSaysNothingOfJoining) {
  UdpSocket a = Make();
  UdpSocket b = Make();
  const std::vector<uint8_t> packet(100, 1);
  SocketAddress nowhere = Loopback(GetParam().v4);  // port 0
  const OutDatagram out[] = {
      {nowhere, packet}, {nowhere, packet}, {b.local(), packet}, {b.local(), packet}};
  const int rounds = UdpSocket::kMaxRefusals + 5;
  for (int i = 0; i < rounds; ++i) {
    a.Send(out, metrics_);
    EXPECT_EQ(ReceiveAll(b, 2).size(), 2u);
  }
  EXPECT_EQ(metrics_.send_dropped.value(), static_cast<uint64_t>(2 * rounds));
  EXPECT_EQ(metrics_.datagrams_joined.value(),
            GetParam().join ? static_cast<uint64_t>(2 * rounds) : 0u);
}

std::vector<Kind> AllKinds() {
  std::vector<Kind> kinds;
  for (bool v4 : {true, false}) {
    for (bool one_by_one : {true, false}) {
      for (bool join : {true, false}) kinds.push_back({v4, one_by_one, join});
    }
  }
  return kinds;
}

INSTANTIATE_TEST_SUITE_P(All, UdpSocketTest, testing::ValuesIn(AllKinds()), [](const auto& info) {
  return std::string(info.param.v4 ? "V4" : "V6") +
         (info.param.one_by_one ? "OneByOne" : "Batched") + (info.param.join ? "Joined" : "Apart");
});

}  // namespace
}  // namespace parley
