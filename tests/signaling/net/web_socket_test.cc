#include "signaling/net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/signaling/net/http_server_fixture.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;
using ::testing::StartsWith;

TEST_F(HttpServerTest, MessagesOfEverySizeEcho) {
  for (bool tls : {false, true}) {
    const auto client = Connect({.tls = tls});
    for (size_t size : {size_t{1}, size_t{125}, size_t{126}, size_t{16 * 1024}, size_t{65536}}) {
      const std::string text(size, 'm');
      ASSERT_TRUE(client->Send(text));
      EXPECT_EQ(client->Receive(30s), text);
    }
  }
  EXPECT_EQ(handler_.peer_, "127.0.0.1");
}

TEST_F(HttpServerTest, FragmentsAreJoined) {
  const auto client = Connect();
  for (size_t frame : {size_t{1}, size_t{7}, size_t{1000}}) {
    const std::string text(3000, 'f');
    ASSERT_TRUE(client->SendFragmented(text, frame));
    EXPECT_EQ(client->Receive(30s), text);
  }
}

TEST_F(HttpServerTest, AMessageOverTheBoundCloses1009) {
  for (bool fragmented : {false, true}) {
    const auto client = Connect();
    const std::string text(65537, 'm');
    fragmented ? client->SendFragmented(text, 4096) : client->Send(text);
    EXPECT_EQ(client->Receive(30s), "too large");
    EXPECT_FALSE(client->Receive(30s));
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(client->close_code(), 1009);
  }
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 2; }));
}

TEST_F(HttpServerTest, BinaryCloses1003) {
  const auto client = Connect();
  client->Send("abc", true);
  EXPECT_EQ(client->Receive(30s), "binary");
  EXPECT_FALSE(client->Receive(30s));
  EXPECT_EQ(client->close_code(), 1003);
}

TEST_F(HttpServerTest, CloseComesAfterWhatIsQueued) {
  const auto client = Connect();
  client->Send("close");
  EXPECT_EQ(client->Receive(30s), "last words");
  EXPECT_FALSE(client->Receive(30s));
  EXPECT_EQ(client->close_code(), 4003);
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1; }));
}

TEST_F(HttpServerTest, WhatMayWaitKeepsItsPlace) {
  for (const bool tls : {false, true}) {
    const auto client = Connect({.tls = tls});
    for (int round = 0; round < 3; ++round) {
      client->Send("soon");
      for (int i = 0; i < 50; ++i) EXPECT_EQ(client->Receive(30s), std::to_string(i));
    }
    client->Send("soon, then now");
    for (const char* text : {"1", "2", "3"}) EXPECT_EQ(client->Receive(30s), text);
    client->Send("soon, then closed");
    for (const char* text : {"1", "2"}) EXPECT_EQ(client->Receive(30s), text);
    EXPECT_FALSE(client->Receive(30s));
    EXPECT_EQ(client->close_code(), 4003);
  }
}

TEST_F(HttpServerTest, OfManyEachIsToldAllThatWaits) {
  std::vector<decltype(Connect())> clients;
  for (int i = 0; i < 101; ++i) clients.push_back(Connect());
  for (int round = 0; round < 2; ++round) {
    for (const auto& client : clients) client->Send("soon");
    for (const auto& client : clients) {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(client->Receive(30s), std::to_string(i));
    }
  }
}

TEST_F(HttpServerTest, WhatWaitsForAClientThatIsGoneDisturbsNobody) {
  const auto other = Connect();
  const auto client = Connect();
  client->Send("soon");
  client->Cut();
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1; }));
  const int ticks = handler_.ticks_;
  EXPECT_TRUE(Eventually([&] { return handler_.ticks_ > ticks + 1; }));
  other->Send("soon, then now");
  for (const char* text : {"1", "2", "3"}) EXPECT_EQ(other->Receive(30s), text);
}

TEST_F(HttpServerTest, ACutConnectionIsReported) {
  const auto client = Connect();
  EXPECT_TRUE(Eventually([&] { return handler_.opened_ == 1; }));
  client->Cut();
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1 && server_->socket_count() == 0; }));
}

TEST_F(HttpServerTest, UpgradesAreChecked) {
  EXPECT_EQ(Refusal({.path = "/elsewhere"}), 404);
  EXPECT_EQ(Refusal({.subprotocol = ""}), 400);
  EXPECT_EQ(Refusal({.subprotocol = "chat"}), 400);
  EXPECT_EQ(Refusal({.origin = "http://evil.example"}), 403);
  EXPECT_NE(Connect({.origin = "http://localhost"}), nullptr);
  EXPECT_NE(Connect({.subprotocol = "chat, parley.v1"}), nullptr);
}

TEST_F(HttpServerTest, OnlyWebSocketsUpgrade) {
  RawConnection raw(port_);
  raw.Send(
      "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade, HTTP2-Settings\r\n"
      "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n");
  EXPECT_THAT(raw.Receive(30s), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, ASlowReaderIsDropped) {
  const auto slow = Connect();
  const auto other = Connect();
  slow->Send("flood");
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1; }));
  ASSERT_TRUE(other->Send("hello"));
  EXPECT_EQ(other->Receive(30s), "hello");
}

TEST_F(HttpServerTest, OneLargeMessageIsNoSlowReader) {
  const auto newcomer = Connect();
  newcomer->Send("snapshot");
  const auto snapshot = newcomer->Receive(30s);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->size(), size_t{3} << 20);
  EXPECT_EQ(newcomer->Receive(30s), "after");
}

TEST_F(HttpServerTest, ASilentPeerIsPingedAndThenDropped) {
  Restart({.ping_s = 1, .hangup_s = 3});
  const auto silent = Connect();  // reads nothing, so it answers no ping
  const auto lively = Connect();
  EXPECT_TRUE(Eventually([&] {
    lively->Receive(50ms);
    return handler_.closed_ == 1;
  }));
  ASSERT_TRUE(lively->Send("here"));
  EXPECT_EQ(lively->Receive(30s), "here");
}

TEST_F(HttpServerTest, BrokenFramesCloseOnlyThemselves) {
  const auto other = Connect();
  const std::string upgrade =
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
      "Sec-WebSocket-Protocol: parley.v1\r\n\r\n";
  for (const std::string& frame :
       {std::string("\xC1\x80\x00\x00\x00\x00", 6),          // RSV1 without an extension
        std::string("\x83\x80\x00\x00\x00\x00", 6),          // reserved opcode
        std::string("\x80\x80\x00\x00\x00\x00", 6),          // continuation of nothing
        std::string("\x89\xFE\x00\x7E\x00\x00\x00\x00", 8),  // a ping of 126 bytes
        std::string("\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 10)}) {  // 2^64-1 bytes
    RawConnection raw(port_);
    raw.Send(upgrade);
    ASSERT_THAT(raw.Receive(30s, "\r\n\r\n"), StartsWith("HTTP/1.1 101"));
    raw.Send(frame);
    const std::string answer = raw.Receive(30s, "\x88");  // a close frame
    EXPECT_TRUE(raw.closed() || answer.find('\x88') != std::string::npos)
        << testing::PrintToString(frame);
  }
  ASSERT_TRUE(other->Send("still here"));
  EXPECT_EQ(other->Receive(30s), "still here");
}

}  // namespace
}  // namespace parley::test
