#include "sfu/worker/udp_socket.h"

#include <gtest/gtest.h>
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
  return poll(&p, 1, 5000) == 1;
}

// Family and whether the batch calls are missing.
class UdpSocketTest : public testing::TestWithParam<std::pair<bool, bool>> {
 protected:
  UdpSocket Make() {
    auto socket = UdpSocket::Bind(Loopback(GetParam().first), kBufferBytes, GetParam().second);
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
  const uint64_t calls = GetParam().second ? 150 : 3;
  EXPECT_EQ(metrics_.send_calls.value(), calls);
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
      GetParam().first ? SocketAddress::V4({127, 0, 0, 1}, 0) : *SocketAddress::Parse("::1", 0);
  const OutDatagram out[] = {{nowhere, text}, {b.local(), text}, {nowhere, text}};
  a.Send(out, metrics_);
  EXPECT_EQ(ReceiveAll(b, 1).size(), 1u);
  EXPECT_EQ(metrics_.send_dropped.value(), 2u);
  EXPECT_EQ(metrics_.datagrams_sent.value(), 1u);
}

TEST_P(UdpSocketTest, LeavesOtherFamiliesAndTcpAlone) {
  UdpSocket a = Make();
  const auto text = Bytes("x");
  const auto other = *SocketAddress::Parse(GetParam().first ? "::1" : "127.0.0.1", 9);
  const OutDatagram out[] = {{other, text}, {a.local().WithTcpConnection(7), text}};
  a.Send(out, metrics_);
  EXPECT_EQ(metrics_.datagrams_sent.value() + metrics_.send_dropped.value(), 0u);
}

TEST_P(UdpSocketTest, SaysWhyItCannotListen) {
  UdpSocket a = Make();
  const auto again = UdpSocket::Bind(a.local(), kBufferBytes);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().find("in use"), std::string::npos) << again.error();
}

INSTANTIATE_TEST_SUITE_P(All, UdpSocketTest,
                         testing::Values(std::pair(true, false), std::pair(true, true),
                                         std::pair(false, false), std::pair(false, true)),
                         [](const auto& info) {
                           return std::string(info.param.first ? "V4" : "V6") +
                                  (info.param.second ? "OneByOne" : "Batched");
                         });

}  // namespace
}  // namespace parley
