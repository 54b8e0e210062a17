#include "mixer/net/dns_client.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <fstream>
#include <span>
#include <sstream>
#include <utility>

#include "mixer/net/asio_address.h"
#include "sfu/base/bytes.h"

namespace parley::sip {
namespace {

using boost::asio::ip::tcp;
using boost::asio::ip::udp;
using boost::system::error_code;

constexpr uint16_t kPort = 53;
constexpr size_t kMostServers = 3;  // as resolv.conf(5) has it

}  // namespace

// Kept alive by its own pending operations, which may complete after the client has let go of it:
// hence shared_ptr.
class DnsClient::Query : public std::enable_shared_from_this<Query> {
 public:
  Query(DnsClient& client, uint64_t id, DnsQuestion question, Answered answered)
      : client_(&client),
        id_(id),
        question_(std::move(question)),
        answered_(std::move(answered)),
        socket_(client.io_),
        stream_(client.io_),
        timer_(client.io_) {}

  void Try() {
    const size_t tries = client_->servers_.size() * kTries;
    if (attempt_ == tries) return End(std::nullopt);
    const SocketAddress& server = client_->servers_[attempt_++ % client_->servers_.size()];
    const auto endpoint = ToAsioEndpoint<udp::endpoint>(server);
    number_ = static_cast<uint16_t>(client_->random_.U32());
    error_code error;
    stream_.close(error);
    socket_.close(error);
    socket_.open(endpoint.protocol(), error);
    // Connected: the kernel takes nobody else's datagrams.
    if (!error) socket_.connect(endpoint, error);
    if (!error) socket_.send(boost::asio::buffer(WriteDnsQuery(number_, question_)), 0, error);
    if (error) return Later();
    timer_.expires_after(std::chrono::microseconds(kPatience.us()));
    timer_.async_wait([self = shared_from_this(), attempt = attempt_](const error_code& failed) {
      if (!failed && self->client_ != nullptr && self->attempt_ == attempt) self->Try();
    });
    Receive();
  }

  void Begin() {
    if (client_ != nullptr) Try();
  }

  // Tells nobody.
  void Detach() {
    client_ = nullptr;
    error_code ignored;
    socket_.close(ignored);
    stream_.close(ignored);
    timer_.cancel();
  }

 private:
  void Later() {
    boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->Begin(); });
  }

  void Receive() {
    socket_.async_receive(
        boost::asio::buffer(buffer_),
        [self = shared_from_this(), attempt = attempt_](const error_code& error, size_t size) {
          if (self->client_ == nullptr || self->attempt_ != attempt) return;
          // Nobody listens there: an ICMP error.
          if (error) return self->Try();
          self->Take(std::span(self->buffer_).first(size));
        });
  }

  void Take(std::span<const uint8_t> bytes) {
    auto answer = DnsAnswer::Parse(bytes);
    const bool ours = answer && answer->id == number_ && answer->question == question_;
    if (!ours) return Receive();
    if (answer->truncated) return AskByTcp();
    Accept(*std::move(answer));
  }

  void Accept(DnsAnswer answer) {
    constexpr uint8_t kNoError = 0;
    constexpr uint8_t kNoSuchName = 3;
    // That server cannot say; another may.
    if (answer.code != kNoError && answer.code != kNoSuchName) return Try();
    End(std::move(answer));
  }

  // The next step over TCP, unless it failed or the try is over.
  template <class Next>
  auto Step(Next next) {
    return
        [self = shared_from_this(), attempt = attempt_, next](const error_code& error, size_t = 0) {
          if (self->client_ == nullptr || self->attempt_ != attempt) return;
          if (error) return self->Try();
          next();
        };
  }

  void End(std::optional<DnsAnswer> answer) {
    DnsClient& client = *client_;
    const auto answered = std::move(answered_);
    const auto kept = shared_from_this();
    Detach();
    client.queries_.erase(id_);
    answered(std::move(answer));
  }

  // What is under way when the patience with this try ends is closed by the next.
  void AskByTcp() {
    error_code error;
    const udp::endpoint server = socket_.remote_endpoint(error);
    const std::vector<uint8_t> query = WriteDnsQuery(number_, question_);
    framed_ = {static_cast<uint8_t>(query.size() >> 8), static_cast<uint8_t>(query.size())};
    framed_.insert(framed_.end(), query.begin(), query.end());
    stream_.async_connect({server.address(), server.port()}, Step([this] { WriteFramed(); }));
  }

  void WriteFramed() {
    boost::asio::async_write(stream_, boost::asio::buffer(framed_), Step([this] { ReadSize(); }));
  }

  void ReadSize() {
    boost::asio::async_read(stream_, boost::asio::buffer(buffer_, 2), Step([this] { ReadRest(); }));
  }

  void ReadRest() {
    const size_t size = LoadBe16(buffer_.data());
    if (size > buffer_.size()) return Try();
    boost::asio::async_read(stream_, boost::asio::buffer(buffer_, size),
                            Step([this, size] { TakeWhole(std::span(buffer_).first(size)); }));
  }

  void TakeWhole(std::span<const uint8_t> bytes) {
    auto answer = DnsAnswer::Parse(bytes);
    const bool ours = answer && answer->id == number_ && answer->question == question_;
    if (!ours) return Try();
    Accept(*std::move(answer));
  }

  DnsClient* client_;
  const uint64_t id_;
  const DnsQuestion question_;
  Answered answered_;
  udp::socket socket_;
  tcp::socket stream_;  // open while the answer is fetched over it
  boost::asio::steady_timer timer_;
  size_t attempt_ = 0;
  uint16_t number_ = 0;
  std::vector<uint8_t> framed_;
  std::array<uint8_t, DnsAnswer::kMostBytes> buffer_;
};

DnsClient::DnsClient(boost::asio::io_context& io, std::vector<SocketAddress> servers,
                     RandomSource& random)
    : io_(io), servers_(servers.empty() ? ReadResolvConf() : std::move(servers)), random_(random) {}

DnsClient::~DnsClient() {
  for (const auto& [id, query] : queries_) query->Detach();
}

void DnsClient::Ask(const DnsQuestion& question, Answered answered) {
  if (servers_.empty() || queries_.size() >= kMostQuestions) {
    boost::asio::post(io_, [answered = std::move(answered)] { answered(std::nullopt); });
    return;
  }
  const uint64_t id = ++last_;
  const auto query = std::make_shared<Query>(*this, id, question, std::move(answered));
  queries_.emplace(id, query);
  boost::asio::post(io_, [query] { query->Begin(); });
}

std::vector<SocketAddress> ReadResolvConf(const char* path) {
  std::vector<SocketAddress> servers;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line) && servers.size() < kMostServers;) {
    std::istringstream words(line);
    std::string key;
    std::string value;
    if (!(words >> key >> value) || key != "nameserver") continue;
    if (const auto address = SocketAddress::Parse(value, kPort)) servers.push_back(*address);
  }
  return servers;
}

}  // namespace parley::sip
