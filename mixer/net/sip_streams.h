#pragma once

// All SIP connections of the phone thread, TCP and TLS: accepted within limits, opened where a flow
// wants one that is not there, closed when they say nothing for long. A flow names its connection
// by SocketAddress::tcp_connection, or by its address alone.

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mixer/net/sip_connection.h"
#include "mixer/sip/flow.h"

namespace parley::sip {

struct SipStreamLimits {
  size_t connections = 4'096;
  size_t connections_per_ip = 128;
  // Between two messages or keepalives; the first must come sooner.
  Duration idle = Duration::Seconds(3'600);
  Duration first_message = Duration::Seconds(10);
};

// PEM files. Without a certificate no TLS is accepted; without `ca_file` the system's trust holds.
struct SipTlsFiles {
  std::string certificate;
  std::string key;
  std::string ca_file;
};

class SipStreams final : public SipConnection::Owner {
 public:
  using Received = std::function<void(std::string_view bytes, const Flow& from, bool broken)>;
  using Failed = std::function<void(const Flow& flow)>;

  SipStreams(boost::asio::io_context& io, const SipStreamLimits& limits, Received received,
             Failed failed);
  ~SipStreams() override;

  // Before the first TLS connection of either side. The error is a sentence.
  [[nodiscard]] std::expected<void, std::string> SetTls(const SipTlsFiles& files);
  // Port 0 for any; the address that came of it.
  [[nodiscard]] std::expected<SocketAddress, std::string> Listen(TransportKind transport,
                                                                 const SocketAddress& address);
  // What cannot even be tried is told to `failed` at once.
  void Send(const Flow& to, std::string bytes);
  // Every few seconds: closes what has been silent for too long.
  void Sweep(Timestamp now);
  void Close();
  size_t connection_count() const { return connections_.size(); }
  uint64_t refused() const { return refused_; }

  void OnMessage(SipConnection& connection, std::string_view bytes, bool broken) override;
  void OnClosed(SipConnection& connection) override;

 private:
  struct Acceptor {
    boost::asio::ip::tcp::acceptor acceptor;
    TransportKind transport;
  };

  void Accept(Acceptor& acceptor);
  SipConnection& Add(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context* tls,
                     Flow flow);
  SipConnection* Find(const Flow& flow);
  size_t CountFrom(const SocketAddress& address) const;

  boost::asio::io_context& io_;
  const SipStreamLimits limits_;
  Received received_;
  Failed failed_;
  boost::asio::ssl::context server_tls_;
  boost::asio::ssl::context client_tls_;
  bool accepts_tls_ = false;
  std::vector<std::unique_ptr<Acceptor>> acceptors_;
  std::unordered_map<uint32_t, std::shared_ptr<SipConnection>> connections_;
  uint32_t last_id_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace parley::sip
