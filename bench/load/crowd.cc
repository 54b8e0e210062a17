#include "bench/load/crowd.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <utility>

namespace parley::bench {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

struct Crowd::Context {
  asio::io_context io{1};
  tcp::endpoint server;
};

class Crowd::Member {
 public:
  Member(Crowd& crowd, size_t number, std::string first)
      : crowd_(crowd), number_(number), socket_(crowd.context_->io) {
    outgoing_.push_back(std::move(first));
    socket_.read_message_max(16 << 20);
    socket_.set_option(
        beast::websocket::stream_base::decorator([](beast::websocket::request_type& request) {
          request.set(beast::http::field::sec_websocket_protocol, "parley.v1");
        }));
    beast::get_lowest_layer(socket_).async_connect(
        crowd.context_->server, [this](beast::error_code error) {
          Check("connect", error);
          const std::string host = "localhost:" + std::to_string(crowd_.context_->server.port());
          socket_.async_handshake(host, "/ws", [this](beast::error_code failed) {
            Check("handshake", failed);
            open_ = true;
            Write();
            Read();
          });
        });
  }

  void Send(std::string message) {
    outgoing_.push_back(std::move(message));
    if (open_ && outgoing_.size() == 1) Write();
  }

  void Leave(std::string message) {
    leaving_ = true;
    Send(std::move(message));
  }

 private:
  void Write() {
    if (outgoing_.empty()) return;
    socket_.async_write(asio::buffer(outgoing_.front()), [this](beast::error_code error, size_t) {
      Check("write", error);
      outgoing_.pop_front();
      Write();
    });
  }

  void Read() {
    socket_.async_read(incoming_, [this](beast::error_code error, size_t) {
      // Closed, or already shut behind the last answer.
      if (error && leaving_) {
        crowd_.gone_.push_back(number_);
        return;
      }
      Check("read", error);
      const auto bytes = incoming_.cdata();
      crowd_.on_message(number_, {static_cast<const char*>(bytes.data()), bytes.size()});
      incoming_.consume(incoming_.size());
      Read();
    });
  }

  void Check(const char* what, beast::error_code error) const {
    if (!error) return;
    std::fprintf(stderr, "load: WebSocket %zu: %s: %s\n", number_, what, error.message().c_str());
    std::exit(1);
  }

  Crowd& crowd_;
  const size_t number_;
  beast::websocket::stream<tcp::socket> socket_;
  beast::flat_buffer incoming_;
  std::deque<std::string> outgoing_;
  bool open_ = false;
  bool leaving_ = false;
};

Crowd::Crowd(uint16_t port) : context_(std::make_unique<Context>()) {
  context_->server = {asio::ip::address_v4::loopback(), port};
}

Crowd::~Crowd() = default;

size_t Crowd::Add(std::string first_message) {
  const size_t number = members_.size();
  members_.push_back(std::make_unique<Member>(*this, number, std::move(first_message)));
  return number;
}

void Crowd::Send(size_t member, std::string message) { members_[member]->Send(std::move(message)); }

void Crowd::Leave(size_t member, std::string message) {
  ++leaving_;
  members_[member]->Leave(std::move(message));
}

void Crowd::RunOnce(Duration limit) {
  context_->io.restart();
  if (limit <= Duration::Zero()) {
    context_->io.poll();
  } else {
    context_->io.run_one_for(std::chrono::microseconds(limit.us()));
    context_->io.poll();
  }
  for (const size_t member : gone_) members_[member].reset();
  leaving_ -= gone_.size();
  gone_.clear();
}

}  // namespace parley::bench
