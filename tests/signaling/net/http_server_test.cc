#include "signaling/net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "tests/signaling/net/http_server_fixture.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_F(HttpServerTest, AnswersEveryMethod) {
  for (bool tls : {false, true}) {
    const uint16_t port = tls ? tls_port_ : port_;
    EXPECT_EQ(Fetch(port, {.target = "/a%20b?x=1", .tls = tls}).body, "/a b|");
    for (const char* method : {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"}) {
      const HttpReply reply =
          Fetch(port, {.method = method, .target = "/m", .headers = {}, .body = "b", .tls = tls});
      EXPECT_EQ(reply.status, 200) << method;
      EXPECT_EQ(reply.body, "/m|b") << method;
    }
    const HttpReply head = Fetch(port, {.method = "HEAD", .target = "/large", .tls = tls});
    EXPECT_EQ(head.status, 200);
    EXPECT_EQ(head.headers.at("content-length"), "300000");
    EXPECT_EQ(Fetch(port, {.target = "/empty", .tls = tls}).status, 204);
  }
}

TEST_F(HttpServerTest, LargeBodiesArriveWhole) {
  EXPECT_EQ(Fetch(port_, {.target = "/large"}).body, handler_.large_);
  EXPECT_EQ(Fetch(tls_port_, {.target = "/large", .tls = true}).body, handler_.large_);
}

TEST_F(HttpServerTest, AConnectionServesManyRequests) {
  RawConnection raw(port_);
  for (int i = 0; i < 5; ++i) {
    const std::string path = "/n" + std::to_string(i);
    ASSERT_TRUE(raw.Send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_THAT(raw.Receive(30s, path + "|"), HasSubstr("200 OK"));
    ASSERT_TRUE(
        raw.Send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"));
    ASSERT_TRUE(raw.Send("ok"));
    EXPECT_THAT(raw.Receive(30s, path + "|ok"), HasSubstr(path + "|ok"));
  }
}

TEST_F(HttpServerTest, BodiesAreBounded) {
  const std::string most(64 * 1024, 'b');
  EXPECT_EQ(Fetch(port_, {.method = "POST", .target = "/p", .headers = {}, .body = most}).body,
            "/p|" + most);
  RawConnection raw(port_);
  raw.Send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_THAT(raw.Receive(30s), StartsWith("HTTP/1.1 413"));
  EXPECT_TRUE(raw.closed());
  ExpectAlive();
}

TEST_F(HttpServerTest, ABodyOfUnknownLengthIsRefused) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "HTTP/1.1 411"},
      {"Transfer-Encoding: chunked\r\n", "HTTP/1.1 501"},
      {"Content-Length: -1\r\n", "HTTP/1.1 400"},
      {"Content-Length: 1x\r\n", "HTTP/1.1 400"},
      {"Content-Length: 1\r\nContent-Length: 2\r\n", "HTTP/1.1 400"},
      {"Content-Length: 99999999999999999999999\r\n", "HTTP/1.1 400"},
      {"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n", "HTTP/1.1 501"},
  };
  for (const auto& [fields, expected] : cases) {
    RawConnection raw(port_);
    raw.Send(std::string("POST /p HTTP/1.1\r\nHost: localhost\r\n") + fields + "\r\n");
    EXPECT_THAT(raw.Receive(30s), StartsWith(expected)) << fields;
    EXPECT_TRUE(raw.closed()) << fields;
  }
  EXPECT_EQ(handler_.opened_, 0);
  ExpectAlive();
}

TEST_F(HttpServerTest, GarbageAndHugeHeadersDisturbNobody) {
  const auto other = Connect();
  for (const std::string& bytes :
       {std::string(20'000, 'A'), std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11),
        std::string("GET\r\n\r\n\r\n"), std::string("GET / HTTP/9.9\r\n\r\n"),
        "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n",
        std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        std::string("CONNECT example.org:443 HTTP/1.1\r\n\r\n"),
        std::string("GET http://example.org/ HTTP/1.1\r\nHost: example.org\r\n\r\n"),
        std::string("GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"),
        std::string("GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n"), std::string(1, '\0')}) {
    RawConnection raw(port_);
    raw.Send(bytes);
    const std::string answer = raw.Receive(100ms);
    EXPECT_EQ(answer.find("root:"), std::string::npos);
    ExpectAlive();
  }
  ASSERT_TRUE(other->Send("still here"));
  EXPECT_EQ(other->Receive(30s), "still here");
}

TEST_F(HttpServerTest, ManySlowHeadersEndAndDisturbNobody) {
  Restart({.header_timeout_s = 1});
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<RawConnection>(port_));
    slow.back()->Send("GET / HTTP/1.1\r\nHost: lo");
  }
  ExpectAlive();
  for (auto& raw : slow) raw->Receive(30s);
  for (auto& raw : slow) EXPECT_TRUE(raw->closed());
  EXPECT_TRUE(Eventually([&] { return handler_.connections_ == 0; }));
}

TEST_F(HttpServerTest, ASlowBodyEnds) {
  Restart({.header_timeout_s = 1});
  RawConnection raw(port_);
  raw.Send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
  raw.Receive(30s);
  EXPECT_TRUE(raw.closed());
}

TEST_F(HttpServerTest, ConnectionsPerAddressAreBounded) {
  Restart({.max_connections_per_address = 3});
  std::vector<std::unique_ptr<WebSocketClient>> sockets;
  for (int i = 0; i < 3; ++i) sockets.push_back(Connect());
  EXPECT_EQ(Fetch(port_, {}).status, 0);
  sockets.pop_back();
  EXPECT_TRUE(Eventually([&] { return handler_.connections_ == 2; }));
  ExpectAlive();
}

TEST_F(HttpServerTest, AHeldResponseWaits) {
  RawConnection raw(port_);
  raw.Send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(raw.Receive(200ms), "");
  handler_.released_ = 6;
  server_->Wake();
  EXPECT_EQ(raw.Receive(100ms), "");
  handler_.released_ = 7;
  server_->Wake();
  EXPECT_THAT(raw.Receive(30s, "/held|"), HasSubstr("200 OK"));
}

TEST_F(HttpServerTest, AHeldResponseOfAGoneClientIsForgotten) {
  Restart({.header_timeout_s = 1});
  {
    RawConnection raw(port_);
    raw.Send("GET /held HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_EQ(raw.Receive(100ms), "");
  }
  EXPECT_TRUE(Eventually([&] { return handler_.connections_ == 0; }));
  handler_.released_ = 7;
  server_->Wake();
  ExpectAlive();
}

TEST_F(HttpServerTest, AResponseOfAnotherThreadComesWhenItIsGiven) {
  std::atomic<bool> given = false;
  std::thread worker([&] {
    while (handler_.asked_later_ == 0) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(50ms);
    HttpResponse response;
    response.status = 206;
    response.Set("X-Given", "later");
    response.body = "from afar";
    given = true;
    handler_.later_->Give(std::move(response));
    server_->Wake();
  });
  const HttpReply reply = Fetch(port_, {.target = "/later"});
  EXPECT_TRUE(given);
  worker.join();
  EXPECT_EQ(reply.status, 206);
  EXPECT_EQ(reply.body, "from afar");
  EXPECT_EQ(reply.headers.at("x-set"), "before");
  EXPECT_EQ(reply.headers.at("x-given"), "later");
}

TEST_F(HttpServerTest, PartOfAFileIsSentPieceByPiece) {
  const HttpReply reply = Fetch(port_, {.target = "/file"});
  EXPECT_EQ(reply.body.size(), 200'000u);
  EXPECT_EQ(reply.body, std::string(200'000, 'L'));
  EXPECT_EQ(reply.headers.at("content-length"), "200000");
}

TEST_F(HttpServerTest, QueryAndRangeAreReadApart) {
  const HttpReply reply =
      Fetch(port_, {.target = "/query?a=1&room=x%2Fy", .headers = {{"Range", "bytes=1-2"}}});
  EXPECT_EQ(reply.body, "/query|a=1;room=x/y;bytes=1-2");
}

TEST_F(HttpServerTest, WakeAndTickReachTheHandler) {
  server_->Wake();
  EXPECT_TRUE(Eventually([&] { return handler_.wakes_ == 1 && handler_.ticks_ >= 2; }));
}

TEST_F(HttpServerTest, ATakenPortSaysSo) {
  const auto taken = server_->Listen("127.0.0.1", port_, false);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error(), std::errc::address_in_use);
  const auto foreign = server_->Listen("192.0.2.1", 0, false);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error(), std::errc::address_not_available);
}

}  // namespace
}  // namespace parley::test
