#include "tests/client/hook_server.h"

#include <sys/socket.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace parley::test {
namespace {

namespace http = boost::beast::http;
using boost::asio::ip::tcp;

constexpr std::chrono::seconds kPatience{20};

}  // namespace

HookServer::HookServer(uint16_t port)
    : acceptor_(io_, {boost::asio::ip::address_v4::loopback(), port}),
      port_(acceptor_.local_endpoint().port()),
      answer_([](const Hook&) { return 204; }),
      acceptor_thread_([this] { Accept(); }) {}

HookServer::~HookServer() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    for (tcp::socket& socket : sockets_) shutdown(socket.native_handle(), SHUT_RDWR);
  }
  shutdown(acceptor_.native_handle(), SHUT_RDWR);
  acceptor_thread_.join();
  for (std::thread& connection : connections_) connection.join();
}

void HookServer::Answer(std::function<int(const Hook&)> answer) {
  std::lock_guard lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<Hook> HookServer::Wait(size_t count) {
  std::unique_lock lock(mutex_);
  came_.wait_for(lock, kPatience, [&] { return hooks_.size() >= count; });
  return hooks_;
}

void HookServer::Accept() {
  while (true) {
    boost::system::error_code error;
    tcp::socket socket = acceptor_.accept(error);
    std::lock_guard lock(mutex_);
    if (stopping_ || error) return;
    sockets_.push_back(std::move(socket));
    connections_.emplace_back([this, &own = sockets_.back()] { Serve(own); });
  }
}

void HookServer::Serve(tcp::socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  while (true) {
    http::request<http::string_body> request;
    http::read(socket, buffer, request, error);
    if (error) return;
    Hook hook{.headers = {}, .body = request.body()};
    for (const auto& field : request) {
      std::string name(field.name_string().data(), field.name_string().size());
      for (char& c : name) c = static_cast<char>(std::tolower(c));
      hook.headers[name] = std::string(field.value().data(), field.value().size());
    }
    {
      std::lock_guard lock(mutex_);
      if (stopping_) return;
      hook.status = answer_(hook);
      hooks_.push_back(hook);
    }
    came_.notify_all();
    if (hook.status == 0) continue;
    http::response<http::empty_body> response(static_cast<http::status>(hook.status), 11);
    // A redirect back here: whoever follows it is seen.
    if (hook.status == 302) response.set(http::field::location, url());
    response.prepare_payload();
    http::write(socket, response, error);
    if (error) return;
  }
}

}  // namespace parley::test
