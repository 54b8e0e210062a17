#pragma once

// A DNS server on loopback in a thread of its own, with a zone in memory. What it does not know is
// not there. It can be silent, or broken.

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
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
  enum class Mood : uint8_t { kHelpful, kSilent, kBroken, kLying };
  using Zone = std::map<std::pair<std::string, DnsType>, std::vector<DnsRecord>>;

  explicit DnsServer(Zone zone, Mood mood = Mood::kHelpful) : zone_(std::move(zone)), mood_(mood) {
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

  // The question as a query of ours has it.
  void Answer(std::span<const uint8_t> query) {
    ++asked_;
    if (mood_ == Mood::kSilent) return;
    std::string name;
    size_t at = 12;
    for (; query[at] != 0; at += query[at] + 1u) {
      if (!name.empty()) name += '.';
      name.append(query.begin() + static_cast<ptrdiff_t>(at) + 1,
                  query.begin() + static_cast<ptrdiff_t>(at) + 1 + query[at]);
    }
    const DnsQuestion question{name, static_cast<DnsType>(LoadBe16(query.data() + at + 1))};
    const uint16_t id = LoadBe16(query.data());
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

  boost::asio::io_context io_;
  Udp::socket socket_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  const SocketAddress address_ = FromAsio(socket_.local_endpoint());
  Udp::endpoint from_;
  std::array<uint8_t, 1500> buffer_;
  const Zone zone_;
  const Mood mood_;
  std::atomic<int> asked_ = 0;
  std::thread thread_;
};

}  // namespace parley::sip::test
