#pragma once

// A DNS server on loopback in a thread of its own, with a zone in memory. What it does not know is
// not there. It can be silent, or broken, or have too much to say for a datagram.

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <thread>
#include <utility>
#include <vector>

#include "mixer/net/asio_address.h"
#include "sfu/base/bytes.h"
#include "tests/mixer/sip/dns_answers.h"

namespace parley::sip::test {

class DnsServer {
 public:
  enum class Mood : uint8_t { kHelpful, kSilent, kBroken, kLying, kLong, kLongAndClosed };
  using Zone = std::map<std::pair<std::string, DnsType>, std::vector<DnsRecord>>;

  explicit DnsServer(Zone zone, Mood mood = Mood::kHelpful) : zone_(std::move(zone)), mood_(mood) {
    if (mood_ == Mood::kLong) Accept();
    Receive();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~DnsServer() {
    io_.stop();
    thread_.join();
  }

  SocketAddress address() const { return address_; }
  int asked() const { return asked_; }

 private:
  using Udp = boost::asio::ip::udp;

  void Receive() {
    socket_.async_receive_from(boost::asio::buffer(buffer_), from_,
                               [this](const boost::system::error_code& error, size_t size) {
                                 if (error) return;
                                 Answer(std::span(buffer_).first(size));
                                 Receive();
                               });
  }

  // One that nobody has for datagrams, nor, in that mood, for connections.
  static Udp::socket Bind(boost::asio::io_context& io, boost::asio::ip::tcp::acceptor& acceptor,
                          Mood mood) {
    while (true) {
      Udp::socket socket(io, {boost::asio::ip::address_v4::loopback(), 0});
      if (mood != Mood::kLong) return socket;
      try {
        acceptor = {io, {socket.local_endpoint().address(), socket.local_endpoint().port()}};
        return socket;
      } catch (const boost::system::system_error&) {
      }
    }
  }

  void Accept() {
    acceptor_.async_accept([this](const boost::system::error_code& failed, auto peer) {
      if (failed) return;
      boost::system::error_code error;
      boost::asio::read(peer, boost::asio::buffer(buffer_, 2), error);
      const size_t size = LoadBe16(buffer_.data());
      boost::asio::read(peer, boost::asio::buffer(buffer_, size), error);
      const auto [id, question] = Read(std::span(buffer_).first(size));
      DnsAnswerWriter answer(id, question);
      answer.Add(zone_.at({question.name, question.type}));
      const auto length = static_cast<uint16_t>(answer.bytes().size());
      const std::array<uint8_t, 2> head{static_cast<uint8_t>(length >> 8),
                                        static_cast<uint8_t>(length)};
      boost::asio::write(peer, boost::asio::buffer(head), error);
      boost::asio::write(peer, boost::asio::buffer(answer.bytes()), error);
      Accept();
    });
  }

  // As a query of ours has it.
  static std::pair<uint16_t, DnsQuestion> Read(std::span<const uint8_t> query) {
    std::string name;
    size_t at = 12;
    for (; query[at] != 0; at += query[at] + 1u) {
      if (!name.empty()) name += '.';
      name.append(query.begin() + static_cast<ptrdiff_t>(at) + 1,
                  query.begin() + static_cast<ptrdiff_t>(at) + 1 + query[at]);
    }
    return {LoadBe16(query.data()), {name, static_cast<DnsType>(LoadBe16(query.data() + at + 1))}};
  }

  void Answer(std::span<const uint8_t> query) {
    ++asked_;
    if (mood_ == Mood::kSilent) return;
    const auto [id, question] = Read(query);
    if (mood_ == Mood::kLong || mood_ == Mood::kLongAndClosed) {
      return Send(DnsAnswerWriter(id, question, 0, true));
    }
    const auto found = zone_.find({question.name, question.type});
    if (mood_ == Mood::kBroken) return Send(DnsAnswerWriter(id, question, 2));
    if (mood_ == Mood::kLying) {
      // Of another number, of another question: nobody believes it.
      Send(DnsAnswerWriter(id ^ 1, question).Add(Address("192.0.2.66")));
      Send(DnsAnswerWriter(id, {"other.example", question.type}).Add(Address("192.0.2.66")));
    }
    if (found == zone_.end()) return Send(DnsAnswerWriter(id, question, 3));
    Send(DnsAnswerWriter(id, question).Add(found->second));
  }
  void Send(const DnsAnswerWriter& answer) {
    socket_.send_to(boost::asio::buffer(answer.bytes()), from_);
  }

  const Zone zone_;
  const Mood mood_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_{io_};
  Udp::socket socket_ = Bind(io_, acceptor_, mood_);
  const SocketAddress address_ = FromAsio(socket_.local_endpoint());
  Udp::endpoint from_;
  std::array<uint8_t, 1500> buffer_;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

}  // namespace parley::sip::test
