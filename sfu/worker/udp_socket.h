#pragma once

// One UDP socket of a worker, IPv4 or IPv6: receives batches straight into pool packets (recvmmsg)
// and sends batches (sendmmsg), packet by packet where a kernel has neither. Datagrams of one size
// that go to one destination one after the other travel down the kernel's stack as one message
// (UDP_SEGMENT); where that is refused they go apart. A socket that is bound to no address in
// particular replies from where the question came in (LocalAddresses). Never waits: what the kernel
// does not take is dropped and counted. Bounds: kBatch datagrams received, kBatch messages and
// kSendParts datagrams sent per call, kPacketCapacity bytes each. One thread: its worker's.

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>

#include "sfu/base/packet_pool.h"
#include "sfu/base/socket_address.h"
#include "sfu/worker/engine.h"
#include "sfu/worker/local_addresses.h"
#include "sfu/worker/worker_metrics.h"

namespace parley {

struct ReceivedDatagram {
  PacketRef packet;
  SocketAddress from;  // with its local_index(), good for this socket
};

struct UdpOptions {
  // Asked for both of the kernel's buffers: hundreds of peers that join through one port overflow
  // the default of 208 KiB.
  size_t buffer_bytes = 4 << 20;
  // Leaves the batch calls alone, as on a kernel that lacks them.
  bool one_by_one = false;
  // Uses UDP_SEGMENT where the kernel has it.
  bool join = true;
};

class UdpSocket {
 public:
  static constexpr size_t kBatch = 64;
  static constexpr size_t kSendParts = 128;
  // So often in a row runs may be refused that then went apart, before no more are made.
  static constexpr int kMaxRefusals = 16;

  // Binds to `address`, port 0 for any.
  static std::expected<UdpSocket, std::string> Bind(const SocketAddress& address,
                                                    const UdpOptions& options = {});
  UdpSocket(UdpSocket&& o) noexcept;
  UdpSocket& operator=(UdpSocket&&) = delete;
  ~UdpSocket();

  int fd() const { return fd_; }
  const SocketAddress& local() const { return local_; }

  // Fills the front of `out` and returns how many; 0 when there is nothing. Oversized datagrams,
  // and all while the pool is empty, are dropped and counted.
  size_t Receive(PacketPool& pool, std::span<ReceivedDatagram> out, WorkerMetrics& metrics);

  // Sends those of the datagrams whose address is of this socket's family and no TCP connection.
  void Send(std::span<const OutDatagram> datagrams, WorkerMetrics& metrics);

 private:
  struct Whence {
    alignas(cmsghdr) std::array<uint8_t, LocalAddresses::kControlBytes> bytes;
  };
  // What the batch calls are given; the address is large enough for both families.
  struct ReceiveBatch {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    std::array<sockaddr_in6, kBatch> addresses{};
    std::array<Whence, kBatch> controls{};
  };
  // Whence a message leaves, and the size of its segments.
  struct SendControl {
    alignas(cmsghdr)
        std::array<uint8_t, LocalAddresses::kControlBytes + CMSG_SPACE(sizeof(uint16_t))> bytes;
  };
  struct SendBatch {
    size_t count = 0;
    size_t part_count = 0;
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kSendParts> parts{};
    std::array<sockaddr_in6, kBatch> addresses{};
    std::array<SendControl, kBatch> controls{};
    // Of the last message.
    SocketAddress to;
    size_t bytes = 0;
  };

  UdpSocket(int fd, const SocketAddress& local, const UdpOptions& options);
  void Post(size_t i, PacketRef packet);
  int ReceiveInto(size_t count);
  void Discard(WorkerMetrics& metrics);

  bool JoinLast(const OutDatagram& datagram);
  void Append(const OutDatagram& datagram);
  void Transmit(WorkerMetrics& metrics);
  int TransmitFrom(size_t first);
  void TransmitApart(const msghdr& run, WorkerMetrics& metrics);
  void CountSent(const msghdr& message, WorkerMetrics& metrics);

  int fd_;
  SocketAddress local_;
  bool any_;  // bound to no address in particular
  LocalAddresses locals_;
  bool one_by_one_;
  bool join_;
  int refusals_ = 0;  // in a row
  // Packets that wait for the next datagrams, with their places in `receive_` made ready: a call
  // that receives one datagram prepares one.
  std::array<PacketRef, kBatch> posted_;
  std::unique_ptr<ReceiveBatch> receive_ = std::make_unique<ReceiveBatch>();
  std::unique_ptr<SendBatch> send_ = std::make_unique<SendBatch>();
};

}  // namespace parley
