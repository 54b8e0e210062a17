#pragma once

// ICE-TCP, passive (RFC 6544): accepts connections on the worker's TCP ports, cuts the stream into
// packets (RFC 4571) and puts packets into it. A connection has no rights of its own: what comes
// over it is checked as every datagram is, and one whose address no transport has checked after
// kUncheckedLifetime is closed. Bounds: connections in all and per address, kSendBuffer bytes
// waiting per connection; a packet that does not fit there is dropped whole and counted. One
// thread: its worker's.

#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "sfu/base/packet_pool.h"
#include "sfu/base/socket_address.h"
#include "sfu/base/units.h"
#include "sfu/worker/engine.h"
#include "sfu/worker/worker_metrics.h"

namespace boost::asio {
class io_context;
}

namespace parley {

// A listening TCP socket, bound before the worker's thread exists.
class TcpAcceptorSocket {
 public:
  // Port 0 for any.
  static std::expected<TcpAcceptorSocket, std::string> Listen(const SocketAddress& address);
  TcpAcceptorSocket(TcpAcceptorSocket&& o) noexcept;
  TcpAcceptorSocket& operator=(TcpAcceptorSocket&&) = delete;
  ~TcpAcceptorSocket();

  const SocketAddress& local() const { return local_; }
  // Gives the descriptor away.
  int Release();

 private:
  TcpAcceptorSocket(int fd, const SocketAddress& local) : fd_(fd), local_(local) {}
  int fd_;
  SocketAddress local_;
};

struct TcpLimits {
  size_t connections = 1024;
  size_t connections_per_ip = 128;
};

class TcpListener {
 public:
  static constexpr size_t kSendBuffer = 64 * 1024;
  static constexpr Duration kUncheckedLifetime = Duration::Seconds(5);

  // What the listener tells its worker. Not called from inside Send() or Sweep().
  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void OnTcpPacket(std::span<const uint8_t> packet, const SocketAddress& from) = 0;
    virtual void OnTcpClosed(const SocketAddress& from) = 0;
    virtual Timestamp Now() const = 0;
  };

  TcpListener(boost::asio::io_context& io, std::vector<TcpAcceptorSocket> acceptors,
              const TcpLimits& limits, Handler& handler, WorkerMetrics& metrics);
  ~TcpListener();
  TcpListener(const TcpListener&) = delete;
  TcpListener& operator=(const TcpListener&) = delete;

  // `to` names the connection by tcp_connection(); one that is gone swallows the packet.
  void Send(const SocketAddress& to, std::span<const uint8_t> packet);
  // Every second or so: closes connections that were given their time and are not `known`.
  void Sweep(Timestamp now, const std::function<bool(const SocketAddress&)>& known);

  size_t connection_count() const { return connections_.size(); }

 private:
  struct Acceptor;
  struct Connection;
  void Accept(Acceptor& acceptor);
  void Add(int fd, const SocketAddress& peer);
  void Read(Connection& connection);
  void WaitToWrite(Connection& connection);
  void Close(uint32_t id);

  boost::asio::io_context& io_;
  const TcpLimits limits_;
  Handler& handler_;
  WorkerMetrics& metrics_;
  uint32_t next_id_ = 1;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::unordered_map<uint32_t, std::unique_ptr<Connection>> connections_;
};

}  // namespace parley
