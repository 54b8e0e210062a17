#pragma once

// One UDP socket of a worker, IPv4 or IPv6: receives batches straight into pool packets (recvmmsg)
// and sends batches (sendmmsg), packet by packet where a kernel has neither. Never waits: what the
// kernel does not take is dropped and counted. Bounds: kBatch datagrams per call, kPacketCapacity
// bytes each. One thread: its worker's.

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
#include "sfu/worker/worker_metrics.h"

namespace parley {

struct ReceivedDatagram {
  PacketRef packet;
  SocketAddress from;
};

class UdpSocket {
 public:
  static constexpr size_t kBatch = 64;

  // Binds to `address`, port 0 for any. `buffer_bytes` is asked for both of the kernel's buffers:
  // hundreds of peers that join through one port overflow the default of 208 KiB. With
  // `one_by_one` the batch calls are left alone, as on a kernel that lacks them.
  static std::expected<UdpSocket, std::string> Bind(const SocketAddress& address,
                                                    size_t buffer_bytes, bool one_by_one = false);
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
  UdpSocket(int fd, const SocketAddress& local, bool one_by_one);
  int ReceiveBatch(size_t count);
  void Discard(WorkerMetrics& metrics);
  void SendBatch(size_t count, WorkerMetrics& metrics);

  // What the batch calls are given; the address is large enough for both families.
  struct Batch {
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    std::array<sockaddr_in6, kBatch> addresses{};
  };

  void Post(size_t i, PacketRef packet);

  int fd_;
  SocketAddress local_;
  bool one_by_one_;
  // Packets that wait for the next datagrams, with their places in `receive_` made ready: a call
  // that receives one datagram prepares one.
  std::array<PacketRef, kBatch> posted_;
  std::unique_ptr<Batch> receive_ = std::make_unique<Batch>();
  std::unique_ptr<Batch> send_ = std::make_unique<Batch>();
};

}  // namespace parley
