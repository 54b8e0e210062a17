#include "mixer/net/sip_streams.h"

#include <algorithm>
#include <utility>

#include "mixer/net/asio_address.h"

namespace parley::sip {
namespace {

using boost::asio::ip::tcp;
using boost::system::error_code;
namespace ssl = boost::asio::ssl;

constexpr auto kTlsOptions = ssl::context::default_workarounds | ssl::context::no_sslv2 |
                             ssl::context::no_sslv3 | ssl::context::no_tlsv1 |
                             ssl::context::no_tlsv1_1;

}  // namespace

SipStreams::SipStreams(boost::asio::io_context& io, const SipStreamLimits& limits,
                       Received received, Failed failed)
    : io_(io),
      limits_(limits),
      received_(std::move(received)),
      failed_(std::move(failed)),
      server_tls_(ssl::context::tls_server),
      client_tls_(ssl::context::tls_client) {
  error_code ignored;
  server_tls_.set_options(kTlsOptions, ignored);
  client_tls_.set_options(kTlsOptions, ignored);
}

SipStreams::~SipStreams() { Close(); }

std::expected<void, std::string> SipStreams::SetTls(const SipTlsFiles& files) {
  error_code error;
  if (files.ca_file.empty()) {
    client_tls_.set_default_verify_paths(error);
  } else {
    client_tls_.load_verify_file(files.ca_file, error);
  }
  if (error) return std::unexpected("cannot read the trusted certificates: " + error.message());
  if (files.certificate.empty()) return {};
  server_tls_.use_certificate_chain_file(files.certificate, error);
  if (!error) server_tls_.use_private_key_file(files.key, ssl::context::pem, error);
  if (error) return std::unexpected("cannot read the certificate for phones: " + error.message());
  accepts_tls_ = true;
  return {};
}

std::expected<SocketAddress, std::string> SipStreams::Listen(TransportKind transport,
                                                             const SocketAddress& address) {
  if (transport == TransportKind::kTls && !accepts_tls_) {
    return std::unexpected("phones cannot call by TLS without a certificate");
  }
  auto acceptor = std::make_unique<Acceptor>(Acceptor{tcp::acceptor(io_), transport});
  const auto endpoint = ToAsioEndpoint<tcp::endpoint>(address);
  error_code error;
  acceptor->acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor->acceptor.bind(endpoint, error);
  if (!error) acceptor->acceptor.listen(256, error);
  if (error) {
    return std::unexpected("cannot listen on " + std::string(TransportName(transport)) + ' ' +
                           address.ToString() + ": " + error.message());
  }
  const SocketAddress local = FromAsio(acceptor->acceptor.local_endpoint());
  acceptors_.push_back(std::move(acceptor));
  Accept(*acceptors_.back());
  return local;
}

void SipStreams::Accept(Acceptor& acceptor) {
  acceptor.acceptor.async_accept([this, &acceptor](const error_code& failed, tcp::socket socket) {
    if (failed == boost::asio::error::operation_aborted) return;
    error_code error = failed;
    const auto peer = error ? tcp::endpoint() : socket.remote_endpoint(error);
    if (!error) {
      const SocketAddress remote = FromAsio(peer);
      if (connections_.size() >= limits_.connections ||
          CountFrom(remote) >= limits_.connections_per_ip) {
        ++refused_;
      } else {
        ssl::context* tls = acceptor.transport == TransportKind::kTls ? &server_tls_ : nullptr;
        Add(std::move(socket), tls, {acceptor.transport, remote, ""}).Start();
      }
    }
    Accept(acceptor);
  });
}

SipConnection& SipStreams::Add(tcp::socket socket, ssl::context* tls, Flow flow) {
  do {
    ++last_id_;
  } while (last_id_ == 0 || connections_.contains(last_id_));
  flow.remote = flow.remote.WithTcpConnection(last_id_);
  auto connection = std::make_shared<SipConnection>(std::move(socket), tls, std::move(flow), *this);
  return *connections_.emplace(last_id_, std::move(connection)).first->second;
}

SipConnection* SipStreams::Find(const Flow& flow) {
  const uint32_t id = flow.remote.tcp_connection();
  auto named = connections_.find(id);
  if (named != connections_.end()) return named->second.get();
  const SocketAddress address = flow.remote.WithTcpConnection(0);
  for (const auto& [other, connection] : connections_) {
    const Flow& have = connection->flow();
    // A TLS connection whose name was not asked for must not carry what is meant for that name.
    if (have.transport == flow.transport && have.remote.WithTcpConnection(0) == address &&
        have.tls_name == flow.tls_name) {
      return connection.get();
    }
  }
  return nullptr;
}

void SipStreams::Send(const Flow& to, std::string bytes) {
  if (SipConnection* connection = Find(to)) return connection->Send(std::move(bytes));
  const bool tls = to.transport == TransportKind::kTls;
  // Without a name there is nothing that a certificate could prove.
  if (connections_.size() >= limits_.connections || (tls && to.tls_name.empty())) {
    ++refused_;
    return failed_(to);
  }
  SipConnection& connection = Add(tcp::socket(io_), tls ? &client_tls_ : nullptr, to);
  connection.Send(std::move(bytes));
  connection.Connect();
}

void SipStreams::OnMessage(SipConnection& connection, std::string_view bytes, bool broken) {
  received_(bytes, connection.flow(), broken);
}

void SipStreams::OnClosed(SipConnection& connection) {
  const auto kept = connection.shared_from_this();
  const Flow& flow = kept->flow();
  connections_.erase(flow.remote.tcp_connection());
  failed_(flow);
  Flow unnamed = flow;
  unnamed.remote = flow.remote.WithTcpConnection(0);
  failed_(unnamed);
}

void SipStreams::Sweep(Timestamp now) {
  std::vector<std::shared_ptr<SipConnection>> silent;
  for (const auto& [id, connection] : connections_) {
    const Duration patience =
        connection->spoke() || connection->opened_by_us() ? limits_.idle : limits_.first_message;
    if (now - connection->heard_at() > patience) silent.push_back(connection);
  }
  for (const auto& connection : silent) {
    connection->Detach();
    OnClosed(*connection);
  }
}

void SipStreams::Close() {
  error_code ignored;
  for (const auto& acceptor : acceptors_) acceptor->acceptor.close(ignored);
  for (const auto& [id, connection] : connections_) connection->Detach();
  connections_.clear();
}

size_t SipStreams::CountFrom(const SocketAddress& address) const {
  return static_cast<size_t>(std::ranges::count_if(connections_, [&](const auto& entry) {
    return entry.second->flow().remote.ip() == address.ip();
  }));
}

}  // namespace parley::sip
