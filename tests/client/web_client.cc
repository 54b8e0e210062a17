#include "tests/client/web_client.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

namespace parley::test {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using std::chrono::milliseconds;

tcp::endpoint Endpoint(uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

std::string Lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

asio::ssl::context& Tls() {
  static asio::ssl::context context(asio::ssl::context::tls_client);
  return context;
}

template <class Stream>
HttpReply Exchange(Stream& stream, const http::request<http::string_body>& request) {
  HttpReply reply;
  beast::error_code error;
  http::write(stream, request, error);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(16 << 20);
  if (request.method() == http::verb::head) parser.skip(true);
  http::read(stream, buffer, parser, error);
  // A server that dies in the middle of an answer has not given one.
  if (!parser.is_done()) return reply;
  reply.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    reply.headers[Lower({field.name_string().data(), field.name_string().size()})] =
        std::string(field.value());
  }
  reply.body = parser.get().body();
  return reply;
}

template <class Next>
class BeastSocket final : public WebSocketClient {
 public:
  template <class... Args>
  explicit BeastSocket(asio::io_context& context, Args&&... args)
      : stream_(context, std::forward<Args>(args)...), context_(context) {}

  // The status that refused; nothing when it is open.
  std::optional<int> Open(const WebSocketOptions& options) {
    beast::error_code error;
    beast::get_lowest_layer(stream_).connect(Endpoint(options.port), error);
    if (error) return 0;
    if constexpr (!std::is_same_v<Next, tcp::socket>) {
      stream_.next_layer().handshake(asio::ssl::stream_base::client, error);
      if (error) return 0;
    }
    stream_.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
      if (!options.origin.empty()) request.set(http::field::origin, options.origin);
      if (!options.subprotocol.empty()) {
        request.set(http::field::sec_websocket_protocol, options.subprotocol);
      }
    }));
    stream_.read_message_max(16 << 20);
    websocket::response_type response;
    const std::string host =
        options.host.empty() ? "localhost:" + std::to_string(options.port) : options.host;
    stream_.handshake(response, host, options.path, error);
    if (error) return static_cast<int>(response.result_int());
    return std::nullopt;
  }

  bool Send(std::string_view text, bool binary) override {
    stream_.binary(binary);
    beast::error_code error;
    stream_.write(asio::buffer(text.data(), text.size()), error);
    return !error;
  }
  bool SendFragmented(std::string_view text, size_t frame) override {
    stream_.binary(false);
    beast::error_code error;
    while (!error && text.size() > frame) {
      stream_.write_some(false, asio::buffer(text.data(), frame), error);
      text.remove_prefix(frame);
    }
    if (!error) stream_.write_some(true, asio::buffer(text.data(), text.size()), error);
    return !error;
  }
  std::optional<std::string> Receive(milliseconds timeout) override {
    if (closed_) return std::nullopt;
    if (!reading_) {
      reading_ = true;
      done_ = false;
      stream_.async_read(buffer_, [this](beast::error_code error, size_t) {
        done_ = true;
        closed_ = closed_ || error;
      });
    }
    context_.restart();
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!done_ && std::chrono::steady_clock::now() < deadline) {
      if (context_.run_one_until(deadline) == 0) break;
    }
    if (!done_) return std::nullopt;
    reading_ = false;
    if (closed_) return std::nullopt;
    std::string text = beast::buffers_to_string(buffer_.data());
    buffer_.consume(buffer_.size());
    return text;
  }
  bool closed() const override { return closed_; }
  uint16_t close_code() const override { return stream_.reason().code; }
  void Close() override {
    beast::error_code error;
    stream_.close(websocket::close_code::normal, error);
    closed_ = true;
  }
  void Cut() override {
    beast::error_code error;
    beast::get_lowest_layer(stream_).close(error);
    closed_ = true;
  }

 private:
  websocket::stream<Next> stream_;
  asio::io_context& context_;
  beast::flat_buffer buffer_;
  bool reading_ = false;
  bool done_ = false;
  bool closed_ = false;
};

// Keeps the context below its socket.
template <class Next>
class OwnContext final : public WebSocketClient {
 public:
  template <class... Args>
  explicit OwnContext(Args&&... args) : socket_(context_, std::forward<Args>(args)...) {}
  BeastSocket<Next>& socket() { return socket_; }
  bool Send(std::string_view text, bool binary) override { return socket_.Send(text, binary); }
  bool SendFragmented(std::string_view text, size_t frame) override {
    return socket_.SendFragmented(text, frame);
  }
  std::optional<std::string> Receive(milliseconds timeout) override {
    return socket_.Receive(timeout);
  }
  bool closed() const override { return socket_.closed(); }
  uint16_t close_code() const override { return socket_.close_code(); }
  void Close() override { socket_.Close(); }
  void Cut() override { socket_.Cut(); }

 private:
  asio::io_context context_;
  BeastSocket<Next> socket_;
};

template <class Next, class... Args>
std::expected<std::unique_ptr<WebSocketClient>, int> OpenAs(const WebSocketOptions& options,
                                                            Args&&... args) {
  auto client = std::make_unique<OwnContext<Next>>(std::forward<Args>(args)...);
  if (const auto refused = client->socket().Open(options)) return std::unexpected(*refused);
  return client;
}

}  // namespace

HttpReply Fetch(uint16_t port, const HttpCall& call) {
  http::request<http::string_body> request;
  request.version(11);
  request.method_string(call.method);
  request.target(call.target);
  request.set(http::field::host, "localhost:" + std::to_string(port));
  request.set(http::field::connection, "close");
  for (const auto& [name, value] : call.headers) request.set(name, value);
  request.body() = call.body;
  request.prepare_payload();
  asio::io_context context;
  beast::error_code error;
  if (call.tls) {
    asio::ssl::stream<tcp::socket> stream(context, Tls());
    stream.lowest_layer().connect(Endpoint(port), error);
    if (!error) stream.handshake(asio::ssl::stream_base::client, error);
    return error ? HttpReply() : Exchange(stream, request);
  }
  tcp::socket socket(context);
  socket.connect(Endpoint(port), error);
  return error ? HttpReply() : Exchange(socket, request);
}

RawConnection::RawConnection(uint16_t port) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(fd_);
    fd_ = -1;
  }
}

RawConnection::~RawConnection() {
  if (fd_ >= 0) close(fd_);
}

bool RawConnection::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return true;
}

std::string RawConnection::Receive(milliseconds timeout, std::string_view until) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  std::string received;
  while (!closed_ && (until.empty() || received.find(until) == std::string::npos)) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    pollfd wait{fd_, POLLIN, 0};
    if (poll(&wait, 1, static_cast<int>(left.count())) <= 0) break;
    char buffer[16384];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    if (n <= 0) {
      closed_ = true;
    } else {
      received.append(buffer, static_cast<size_t>(n));
    }
  }
  return received;
}

std::expected<std::unique_ptr<WebSocketClient>, int> WebSocketClient::Connect(
    const WebSocketOptions& options) {
  if (options.tls) return OpenAs<asio::ssl::stream<tcp::socket>>(options, Tls());
  return OpenAs<tcp::socket>(options);
}

}  // namespace parley::test
