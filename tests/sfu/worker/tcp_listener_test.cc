#include "sfu/worker/tcp_listener.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <vector>

#include "sfu/transport/tcp_framing.h"
#include "sfu/worker/sockaddr.h"

namespace parley {
namespace {

class TcpListenerTest : public testing::Test, public TcpListener::Handler {
 protected:
  void Start(TcpLimits limits) {
    auto acceptor = TcpAcceptorSocket::Listen(*SocketAddress::Parse("127.0.0.1", 0));
    ASSERT_TRUE(acceptor) << acceptor.error();
    address_ = acceptor->local();
    std::vector<TcpAcceptorSocket> acceptors;
    acceptors.push_back(std::move(*acceptor));
    listener_.emplace(io_, std::move(acceptors), limits, *this, metrics_);
  }
  void TearDown() override {
    for (int fd : clients_) close(fd);
  }

  int Connect() {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 raw;
    const socklen_t size = ToSockaddr(address_, raw);
    EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&raw), size), 0) << ErrnoText();
    fcntl(fd, F_SETFL, O_NONBLOCK);
    clients_.push_back(fd);
    return fd;
  }
  void Write(int fd, std::span<const uint8_t> bytes) {
    ASSERT_EQ(send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL), ssize_t(bytes.size()));
  }
  // Runs the loop until the condition holds; generous, because it only bounds a failing test.
  bool RunUntil(const std::function<bool()>& done) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!done() && std::chrono::steady_clock::now() < end) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(20));
    }
    return done();
  }
  bool IsClosed(int fd) {
    uint8_t byte;
    return recv(fd, &byte, 1, 0) == 0;
  }

  void OnTcpPacket(std::span<const uint8_t> packet, const SocketAddress& from) override {
    packets_.emplace_back(packet.begin(), packet.end());
    from_.push_back(from);
  }
  void OnTcpClosed(const SocketAddress& from) override { closed_.push_back(from); }
  Timestamp Now() const override { return now_; }

  boost::asio::io_context io_;
  WorkerMetrics metrics_;
  SocketAddress address_;
  std::optional<TcpListener> listener_;
  Timestamp now_ = Timestamp::Seconds(50);
  std::vector<int> clients_;
  std::vector<std::vector<uint8_t>> packets_;
  std::vector<SocketAddress> from_;
  std::vector<SocketAddress> closed_;
};

TEST_F(TcpListenerTest, CutsTheStreamIntoPackets) {
  Start({});
  const int fd = Connect();
  const uint8_t stream[] = {0, 3, 'a', 'b', 'c', 0, 1, 'd', 0};
  Write(fd, stream);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 2; }));
  EXPECT_EQ(packets_[0], (std::vector<uint8_t>{'a', 'b', 'c'}));
  EXPECT_EQ(packets_[1], (std::vector<uint8_t>{'d'}));
  const uint8_t rest[] = {2, 'e', 'f'};
  Write(fd, rest);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 3; }));
  EXPECT_EQ(packets_[2], (std::vector<uint8_t>{'e', 'f'}));
  EXPECT_NE(from_[0].tcp_connection(), 0u);
}

TEST_F(TcpListenerTest, AnswersOnTheSameConnection) {
  Start({});
  const int a = Connect();
  const int b = Connect();
  const uint8_t frame[] = {0, 1, 'x'};
  Write(b, frame);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 1; }));
  const uint8_t answer[] = {'y', 'z'};
  listener_->Send(from_[0], answer);
  uint8_t got[8];
  ASSERT_TRUE(RunUntil([&] { return recv(b, got, sizeof got, MSG_PEEK) == 4; }));
  ASSERT_EQ(recv(b, got, sizeof got, 0), 4);
  EXPECT_EQ(std::vector<uint8_t>(got, got + 4), (std::vector<uint8_t>{0, 2, 'y', 'z'}));
  EXPECT_LT(recv(a, got, sizeof got, 0), 0);
}

TEST_F(TcpListenerTest, AClosedConnectionIsReportedAndSwallowsPackets) {
  Start({});
  const int fd = Connect();
  const uint8_t frame[] = {0, 1, 'x'};
  Write(fd, frame);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 1; }));
  shutdown(fd, SHUT_RDWR);
  ASSERT_TRUE(RunUntil([&] { return closed_.size() == 1; }));
  EXPECT_EQ(closed_[0], from_[0]);
  listener_->Send(from_[0], frame);
  EXPECT_EQ(metrics_.send_dropped.value(), 1u);
}

TEST_F(TcpListenerTest, AFrameThatIsTooLargeEndsTheConnection) {
  Start({});
  const int fd = Connect();
  const uint8_t frame[] = {0xFF, 0xFF, 1, 2, 3};
  Write(fd, frame);
  ASSERT_TRUE(RunUntil([&] { return closed_.size() == 1; }));
  EXPECT_TRUE(packets_.empty());
  EXPECT_EQ(metrics_.dropped_too_large.value(), 1u);
}

TEST_F(TcpListenerTest, ConnectionsThatNobodyCheckedAreClosed) {
  Start({});
  const int stranger = Connect();
  const int peer = Connect();
  const uint8_t frame[] = {0, 1, 'x'};
  Write(peer, frame);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 1 && listener_->connection_count() == 2; }));
  const auto known = [&](const SocketAddress& a) { return a == from_[0]; };
  listener_->Sweep(now_ + Duration::Seconds(4), known);
  EXPECT_EQ(listener_->connection_count(), 2u);
  listener_->Sweep(now_ + TcpListener::kUncheckedLifetime, known);
  EXPECT_EQ(listener_->connection_count(), 1u);
  EXPECT_TRUE(RunUntil([&] { return IsClosed(stranger); }));
  EXPECT_FALSE(IsClosed(peer));
  EXPECT_EQ(metrics_.tcp_closed_idle.value(), 1u);
}

TEST_F(TcpListenerTest, HoldsItsLimits) {
  Start({.connections = 8, .connections_per_ip = 2});
  Connect();
  Connect();
  const int third = Connect();
  ASSERT_TRUE(RunUntil([&] { return metrics_.tcp_refused.value() == 1; }));
  EXPECT_EQ(listener_->connection_count(), 2u);
  EXPECT_TRUE(RunUntil([&] { return IsClosed(third); }));
}

// What the slow reader finally gets are whole packets in order, some missing.
TEST_F(TcpListenerTest, ASlowReaderLosesWholePackets) {
  Start({});
  const int fd = Connect();
  const uint8_t frame[] = {0, 1, 'x'};
  Write(fd, frame);
  ASSERT_TRUE(RunUntil([&] { return packets_.size() == 1; }));
  std::vector<uint8_t> packet(1200);
  constexpr uint32_t kPackets = 20'000;
  for (uint32_t i = 0; i < kPackets; ++i) {
    std::memcpy(packet.data(), &i, 4);
    listener_->Send(from_[0], packet);
  }
  const uint64_t dropped = metrics_.tcp_dropped_slow.value();
  ASSERT_GT(dropped, 0u);
  TcpDeframer deframer;
  uint64_t received = 0;
  int64_t last = -1;
  bool in_order = true;
  ASSERT_TRUE(RunUntil([&] {
    for (;;) {
      const auto space = deframer.WriteSpace();
      const ssize_t n = recv(fd, space.data(), space.size(), 0);
      if (n <= 0) break;
      deframer.Wrote(static_cast<size_t>(n));
      while (const auto whole = deframer.Next()) {
        uint32_t number;
        std::memcpy(&number, whole->data(), 4);
        in_order = in_order && whole->size() == packet.size() && number > last;
        last = number;
        ++received;
      }
    }
    return received == kPackets - dropped;
  }));
  EXPECT_TRUE(in_order);
}

}  // namespace
}  // namespace parley
