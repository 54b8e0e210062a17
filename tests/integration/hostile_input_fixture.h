#pragma once

// Rubbish of every kind and strangers who send it, at a server that holds a meeting of two
// meanwhile.

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/wire/stun_builder.h"
#include "sfu/worker/sockaddr.h"
#include "tests/integration/meeting_fixture.h"

namespace parley::test {

using Bytes = std::vector<uint8_t>;

// A stranger who sends one kind of question from one address, all of one size.
class Stranger {
 public:
  Stranger(std::string kind, size_t size) : kind_(std::move(kind)), question_(size) {
    fd_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  }
  Stranger(Stranger&& o) noexcept
      : kind_(std::move(o.kind_)),
        question_(std::move(o.question_)),
        fd_(std::exchange(o.fd_, -1)),
        asked_(o.asked_),
        answered_(o.answered_) {}
  Stranger& operator=(Stranger&&) = delete;
  ~Stranger() {
    if (fd_ >= 0) close(fd_);
  }

  Bytes& question() { return question_; }
  void Ask(uint16_t port) {
    sockaddr_in6 raw;
    const socklen_t size = ToSockaddr(SocketAddress::V4({127, 0, 0, 1}, port), raw);
    if (sendto(fd_, question_.data(), question_.size(), 0, reinterpret_cast<sockaddr*>(&raw),
               size) > 0) {
      ++asked_;
    }
  }
  // Reads what came back: never more, in one or in all, than was asked.
  void CheckAnswers() {
    std::array<uint8_t, 2048> answer;
    for (ssize_t n; (n = recv(fd_, answer.data(), answer.size(), 0)) >= 0; ++answered_) {
      EXPECT_LE(static_cast<size_t>(n), question_.size()) << kind_;
    }
    EXPECT_LE(answered_, asked_) << kind_;
  }
  const std::string& kind() const { return kind_; }
  uint64_t answered() const { return answered_; }

 private:
  std::string kind_;
  Bytes question_;
  int fd_;
  uint64_t asked_ = 0;
  uint64_t answered_ = 0;
};

inline Bytes CheckFor(const std::string& username, const std::string& password) {
  Bytes bytes(300);
  StunBuilder builder(bytes, StunClass::kRequest, StunTransactionId{1, 2, 3});
  builder.AddUsername(username);
  builder.AddPriority(1);
  builder.AddUseCandidate();
  builder.AddIceControlling(1);
  bytes.resize(builder.Finish(HmacSha1Key(password)).size());
  return bytes;
}

// Datagrams that the kernel dropped for want of room, by UDP socket.
inline std::map<std::string, uint64_t> KernelDrops() {
  std::map<std::string, uint64_t> drops;
  std::ifstream table("/proc/net/udp");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    std::istringstream words(line);
    const std::vector<std::string> fields{std::istream_iterator<std::string>(words), {}};
    constexpr size_t kInode = 9;
    if (fields.size() > kInode) drops[fields[kInode]] = std::stoull(fields.back());
  }
  return drops;
}

class HostileInputTest : public MeetingTest {
 protected:
  void SetUp() override {
    MeetingTest::SetUp();
    if (HasFatalFailure()) return;
    Joined("Ada");
    Joined("Bob");
    ASSERT_TRUE(EveryoneConnects());
    ASSERT_TRUE(EveryoneHears(20));
    ports_ = {members_[0]->media_port(), members_[1]->media_port()};
    ASSERT_NE(ports_[0], ports_[1]);
  }

  uint64_t Lost() const {
    uint64_t lost = 0;
    for (const auto& member : members_) {
      for (const auto& [ssrc, stats] : member->peer().received()) lost += stats.lost();
    }
    return lost;
  }
  // While everyone hears `packets` more, `attack` goes on with every round of the loop.
  void MeetDuring(uint64_t packets, const std::function<void()>& attack) {
    const uint64_t lost = Lost();
    const auto drops = KernelDrops();
    const auto media = loop_.on_tick;
    loop_.on_tick = [&](Timestamp now) {
      media(now);
      attack();
    };
    EXPECT_TRUE(EveryoneHears(packets));
    loop_.on_tick = media;
    // What the kernel had no room for, on a machine that stood still, is not the server's loss.
    uint64_t dropped = 0;
    for (const auto& [socket, count] : KernelDrops()) {
      const auto before = drops.find(socket);
      dropped += count - (before == drops.end() ? 0 : before->second);
    }
    EXPECT_LE(Lost(), lost + dropped);
    for (auto& member : members_) EXPECT_TRUE(member->peer().connected());
  }
  void ExpectCounted(const char* counter) {
    const std::string name = std::string("parley_worker_") + counter + "_total";
    EXPECT_TRUE(loop_.RunUntil([&] { return server_.Metric(name) > 0; }, Duration::Seconds(30)))
        << name;
  }

  // What blocks runs in a thread of its own, while the meeting goes on in the test's.
  void MeetWhile(const std::function<void()>& blocking, const std::function<void()>& attack) {
    std::atomic<bool> done = false;
    std::thread thread([&] {
      blocking();
      done = true;
    });
    do {
      MeetDuring(50, attack);
    } while (!done && !HasFailure());
    thread.join();
  }

  std::vector<Stranger> MakeStrangers() {
    std::vector<Stranger> strangers;
    const auto add = [&](const std::string& kind, Bytes bytes) {
      strangers.emplace_back(kind, bytes.size());
      strangers.back().question() = std::move(bytes);
    };
    const auto random = [&](size_t size, std::initializer_list<uint8_t> first) {
      Bytes bytes(size);
      random_.Fill(bytes);
      std::ranges::copy(first, bytes.begin());
      return bytes;
    };
    add("a byte", {0xFF});
    add("noise", random(1200, {0xC8}));
    add("over 1,500 bytes", random(3000, {0x80, 96}));
    add("STUN without attributes",
        {0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    add("STUN that lies of its length", random(60, {0, 1, 0xFF, 0xFC, 0x21, 0x12, 0xA4, 0x42}));
    add("a check for nobody", CheckFor("nobody:x", "password"));
    const std::string& ufrag = members_[0]->server_ice().ufrag;
    add("a check with a wrong password",
        CheckFor(ufrag + ":" + members_[0]->peer().local_ice().ufrag, "wrong password"));
    add("a check with a short user name", CheckFor(ufrag + ":x", "wrong"));
    add("a DTLS hello", random(220, {22, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 207, 1}));
    add("SRTP", random(180, {0x80, 111}));
    add("SRTCP", random(60, {0x81, 206, 0, 2}));
    return strangers;
  }

  std::array<uint16_t, 2> ports_{};
  SeededRandom random_{17};
};

inline void AttackOverTcp(const ServerProcess& server, const std::array<uint16_t, 2>& media_ports,
                          const std::string& room, const std::string& token) {
  using namespace std::chrono_literals;
  using namespace std::string_literals;
  const std::string huge(100'000, 'x');
  for (const std::string& text :
       {"\r\n\r\n\r\n"s, "\0\1\2\3\r\n\r\n"s, "GET\r\n\r\n"s, "GET / HTTP/9.9\r\n\r\n"s,
        "GET / HTTP/1.1\r\nX: " + huge + "\r\n\r\n",
        "POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"s,
        "POST /api/v1/rooms HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\n"s,
        "\x16\x03\x01\x02"s + std::string(600, '\x01')}) {
    RawConnection connection(server.port());
    connection.Send(text);
    connection.Receive(50ms);
    RawConnection tls(server.https_port());
    tls.Send(text);
    tls.Receive(50ms);
  }
  for (const uint16_t port : media_ports) {
    for (const std::string& text :
         {"\xFF\xFF"s, std::string(3000, '\0'), "\0\x14"s + std::string(20, '\x16')}) {
      RawConnection connection(port);
      connection.Send(text);
      connection.Receive(50ms);
    }
  }
  for (const char* target : {"/../../etc/passwd", "/%00", "/r/%FF%FE", "/api/v1/rooms/%2e%2e"}) {
    const int status = Fetch(server.port(), {.target = target}).status;
    EXPECT_NE(status, 500) << target;
  }
  for (const std::string& sdp :
       {""s, "v=1"s, std::string(60'000, 'a'),
        "v=0\r\nm=video 9 UDP/TLS/RTP/SAVPF " + std::string(5000, '9') + "\r\n"}) {
    const HttpReply reply = Fetch(server.port(), {.method = "POST",
                                                  .target = "/whip/" + room,
                                                  .headers = {{"Authorization", "Bearer " + token},
                                                              {"Content-Type", "application/sdp"}},
                                                  .body = sdp});
    EXPECT_GE(reply.status, 400) << sdp.substr(0, 20);
    EXPECT_LT(reply.status, 500) << sdp.substr(0, 20);
  }
  for (const std::string& json :
       {"[]"s, R"({"id":1,"type":"join"})"s,
        R"({"id":1,"type":"join","data":{"room":7,"offer":[],"name":{}}})"s,
        R"({"id":1e999,"type":"chat","data":{"text":"\ud800"}})"s,
        "{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}", std::string(70'000, '{')}) {
    auto socket = WebSocketClient::Connect({.port = server.port()});
    if (!socket) continue;
    (*socket)->Send(json);
    (*socket)->Receive(1000ms);
  }
}

}  // namespace parley::test
