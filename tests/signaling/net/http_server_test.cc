#include "signaling/net/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <thread>

#include "signaling/api/file_body.h"
#include "signaling/api/later_response.h"
#include "signaling/net/certificate.h"
#include "tests/client/web_client.h"

namespace parley {
namespace {

using namespace std::chrono_literals;
using test::Fetch;
using test::HttpReply;
using test::RawConnection;
using test::WebSocketClient;
using ::testing::HasSubstr;
using ::testing::StartsWith;

HttpResponse Empty() {
  HttpResponse response;
  response.status = 204;
  return response;
}

// Answers with what was asked; echoes messages; "/large" is 300,000 bytes.
class EchoHandler final : public ServerHandler {
 public:
  HttpResponse HandleHttp(const HttpRequest& request) override {
    HttpResponse response;
    response.Set("Content-Type", "text/plain");
    response.body = request.path + "|" + request.body;
    if (request.path == "/large") response.borrowed_body = large_;
    if (request.path == "/empty") response = Empty();
    if (request.path == "/held") response.hold = 7;
    if (request.path == "/query") {
      for (const std::string& pair : request.query) response.body += pair + ";";
      response.body += request.range;
    }
    if (request.path == "/later") {
      response = {};
      response.Set("X-Set", "before");
      later_ = response.later = std::make_shared<LaterResponse>();
      ++asked_later_;
    }
    if (request.path == "/file") {
      const auto path =
          std::filesystem::temp_directory_path() / ("parley-" + std::to_string(getpid()));
      std::ofstream(path) << large_;
      response.file = std::make_shared<const FileBody>(*StoredFile::OpenPlain(path), 1, 200'000);
      std::filesystem::remove(path);
    }
    return response;
  }
  bool MayRespond(uint64_t hold) override { return released_.load() >= hold; }
  bool AcceptSocket(const HttpRequest& upgrade) override {
    return upgrade.origin != "http://evil.example";
  }
  void OnSocketOpened(ConnectionId, const SocketAddress& peer) override {
    peer_ = peer.IpString();
    ++opened_;
  }
  void OnSocketMessage(ConnectionId connection, std::string_view text) override {
    if (text == "flood") {
      for (int i = 0; i < 64; ++i) server_->Send(connection, std::string(32 * 1024, 'x'));
    } else if (text == "snapshot") {
      server_->Send(connection, std::string(3 << 20, 'x'));
      server_->Send(connection, "after");
    } else if (text == "close") {
      server_->Send(connection, "last words");
      server_->Close(connection, 4003, "ended");
      server_->Send(connection, "never sent");
    } else if (text == "soon") {
      for (int i = 0; i < 50; ++i) server_->SendSoon(connection, std::to_string(i));
    } else if (text == "soon, then now") {
      server_->SendSoon(connection, "1");
      server_->SendSoon(connection, "2");
      server_->Send(connection, "3");
    } else if (text == "soon, then closed") {
      server_->SendSoon(connection, "1");
      server_->SendSoon(connection, "2");
      server_->Close(connection, 4003, "ended");
    } else {
      server_->Send(connection, std::string(text));
    }
  }
  void OnSocketUnacceptable(ConnectionId connection, bool too_large) override {
    server_->Send(connection, too_large ? "too large" : "binary");
  }
  void OnSocketClosed(ConnectionId) override { ++closed_; }
  void OnTick() override {
    ++ticks_;
    connections_ = server_->connection_count();
  }
  void OnWake() override { ++wakes_; }

  HttpServer* server_ = nullptr;
  const std::string large_ = std::string(300'000, 'L');
  std::string peer_;
  std::atomic<uint64_t> released_{0};
  std::atomic<int> opened_{0}, closed_{0}, ticks_{0}, wakes_{0};
  std::shared_ptr<LaterResponse> later_;
  std::atomic<int> asked_later_{0};
  std::atomic<int> connections_{-1};  // the server belongs to its own thread: as of the last tick
};

class HttpServerTest : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }
  void TearDown() override { Stop(); }

  void Start(ServerOptions options) {
    static const Certificate certificate = [] {
      std::string pattern = (std::filesystem::temp_directory_path() / "parley-XXXXXX").string();
      const std::filesystem::path directory = mkdtemp(pattern.data());
      const auto now = std::chrono::system_clock::now().time_since_epoch();
      auto made = *DevelopmentCertificate(
          directory, {},
          WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(now).count()));
      std::filesystem::remove_all(directory);
      return made;
    }();
    options.certificate_pem = certificate.chain_pem;
    options.private_key_pem = certificate.key_pem;
    server_ = *HttpServer::Create(options, handler_);
    handler_.server_ = server_.get();
    port_ = *server_->Listen("127.0.0.1", 0, false);
    tls_port_ = *server_->Listen("127.0.0.1", 0, true);
    thread_ = std::thread([this] { server_->Run(); });
  }
  void Stop() {
    if (!server_) return;
    server_->Stop();
    thread_.join();
    server_.reset();
  }
  void Restart(ServerOptions options) {
    Stop();
    Start(std::move(options));
  }

  std::unique_ptr<WebSocketClient> Connect(test::WebSocketOptions options = {}) {
    options.port = options.tls ? tls_port_ : port_;
    auto client = WebSocketClient::Connect(options);
    EXPECT_TRUE(client) << "refused with " << client.error();
    return client ? *std::move(client) : nullptr;
  }
  int Refusal(test::WebSocketOptions options) {
    options.port = port_;
    const auto client = WebSocketClient::Connect(options);
    return client ? -1 : client.error();
  }
  template <class Condition>
  static bool Eventually(Condition condition) {
    for (int i = 0; i < 500; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }
  // The server still answers others.
  void ExpectAlive() { EXPECT_EQ(Fetch(port_, {.target = "/alive"}).body, "/alive|"); }

  EchoHandler handler_;
  std::unique_ptr<HttpServer> server_;
  std::thread thread_;
  uint16_t port_ = 0;
  uint16_t tls_port_ = 0;
};

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
    EXPECT_THAT(raw.Receive(2000ms, path + "|"), HasSubstr("200 OK"));
    ASSERT_TRUE(
        raw.Send("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n"));
    ASSERT_TRUE(raw.Send("ok"));
    EXPECT_THAT(raw.Receive(2000ms, path + "|ok"), HasSubstr(path + "|ok"));
  }
}

TEST_F(HttpServerTest, BodiesAreBounded) {
  const std::string most(64 * 1024, 'b');
  EXPECT_EQ(Fetch(port_, {.method = "POST", .target = "/p", .headers = {}, .body = most}).body,
            "/p|" + most);
  RawConnection raw(port_);
  raw.Send("POST /p HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65537\r\n\r\n");
  EXPECT_THAT(raw.Receive(2000ms), StartsWith("HTTP/1.1 413"));
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
    EXPECT_THAT(raw.Receive(2000ms), StartsWith(expected)) << fields;
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
  EXPECT_EQ(other->Receive(2000ms), "still here");
}

TEST_F(HttpServerTest, ManySlowHeadersEndAndDisturbNobody) {
  Restart({.header_timeout_s = 1});
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 100; ++i) {
    slow.push_back(std::make_unique<RawConnection>(port_));
    slow.back()->Send("GET / HTTP/1.1\r\nHost: lo");
  }
  ExpectAlive();
  for (auto& raw : slow) raw->Receive(5000ms);
  for (auto& raw : slow) EXPECT_TRUE(raw->closed());
  EXPECT_TRUE(Eventually([&] { return handler_.connections_ == 0; }));
}

TEST_F(HttpServerTest, ASlowBodyEnds) {
  Restart({.header_timeout_s = 1});
  RawConnection raw(port_);
  raw.Send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nabc");
  raw.Receive(5000ms);
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
  EXPECT_THAT(raw.Receive(2000ms, "/held|"), HasSubstr("200 OK"));
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

TEST_F(HttpServerTest, MessagesOfEverySizeEcho) {
  for (bool tls : {false, true}) {
    const auto client = Connect({.tls = tls});
    for (size_t size : {size_t{1}, size_t{125}, size_t{126}, size_t{16 * 1024}, size_t{65536}}) {
      const std::string text(size, 'm');
      ASSERT_TRUE(client->Send(text));
      EXPECT_EQ(client->Receive(2000ms), text);
    }
  }
  EXPECT_EQ(handler_.peer_, "127.0.0.1");
}

TEST_F(HttpServerTest, FragmentsAreJoined) {
  const auto client = Connect();
  for (size_t frame : {size_t{1}, size_t{7}, size_t{1000}}) {
    const std::string text(3000, 'f');
    ASSERT_TRUE(client->SendFragmented(text, frame));
    EXPECT_EQ(client->Receive(2000ms), text);
  }
}

TEST_F(HttpServerTest, AMessageOverTheBoundCloses1009) {
  for (bool fragmented : {false, true}) {
    const auto client = Connect();
    const std::string text(65537, 'm');
    fragmented ? client->SendFragmented(text, 4096) : client->Send(text);
    EXPECT_EQ(client->Receive(2000ms), "too large");
    EXPECT_FALSE(client->Receive(2000ms));
    EXPECT_TRUE(client->closed());
    EXPECT_EQ(client->close_code(), 1009);
  }
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 2; }));
}

TEST_F(HttpServerTest, BinaryCloses1003) {
  const auto client = Connect();
  client->Send("abc", true);
  EXPECT_EQ(client->Receive(2000ms), "binary");
  EXPECT_FALSE(client->Receive(2000ms));
  EXPECT_EQ(client->close_code(), 1003);
}

TEST_F(HttpServerTest, CloseComesAfterWhatIsQueued) {
  const auto client = Connect();
  client->Send("close");
  EXPECT_EQ(client->Receive(2000ms), "last words");
  EXPECT_FALSE(client->Receive(2000ms));
  EXPECT_EQ(client->close_code(), 4003);
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1; }));
}

TEST_F(HttpServerTest, WhatMayWaitKeepsItsPlace) {
  for (const bool tls : {false, true}) {
    const auto client = Connect({.tls = tls});
    for (int round = 0; round < 3; ++round) {
      client->Send("soon");
      for (int i = 0; i < 50; ++i) EXPECT_EQ(client->Receive(2000ms), std::to_string(i));
    }
    client->Send("soon, then now");
    for (const char* text : {"1", "2", "3"}) EXPECT_EQ(client->Receive(2000ms), text);
    client->Send("soon, then closed");
    for (const char* text : {"1", "2"}) EXPECT_EQ(client->Receive(2000ms), text);
    EXPECT_FALSE(client->Receive(2000ms));
    EXPECT_EQ(client->close_code(), 4003);
  }
}

TEST_F(HttpServerTest, OfManyEachIsToldAllThatWaits) {
  std::vector<decltype(Connect())> clients;
  for (int i = 0; i < 101; ++i) clients.push_back(Connect());
  for (int round = 0; round < 2; ++round) {
    for (const auto& client : clients) client->Send("soon");
    for (const auto& client : clients) {
      for (int i = 0; i < 50; ++i) EXPECT_EQ(client->Receive(5000ms), std::to_string(i));
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
  for (const char* text : {"1", "2", "3"}) EXPECT_EQ(other->Receive(2000ms), text);
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
  EXPECT_THAT(raw.Receive(2000ms), StartsWith("HTTP/1.1 400"));
}

TEST_F(HttpServerTest, ASlowReaderIsDropped) {
  const auto slow = Connect();
  const auto other = Connect();
  slow->Send("flood");
  EXPECT_TRUE(Eventually([&] { return handler_.closed_ == 1; }));
  ASSERT_TRUE(other->Send("hello"));
  EXPECT_EQ(other->Receive(2000ms), "hello");
}

TEST_F(HttpServerTest, OneLargeMessageIsNoSlowReader) {
  const auto newcomer = Connect();
  newcomer->Send("snapshot");
  const auto snapshot = newcomer->Receive(10'000ms);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(snapshot->size(), size_t{3} << 20);
  EXPECT_EQ(newcomer->Receive(2000ms), "after");
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
  EXPECT_EQ(lively->Receive(2000ms), "here");
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
    ASSERT_THAT(raw.Receive(2000ms, "\r\n\r\n"), StartsWith("HTTP/1.1 101"));
    raw.Send(frame);
    const std::string answer = raw.Receive(2000ms, "\x88");  // a close frame
    EXPECT_TRUE(raw.closed() || answer.find('\x88') != std::string::npos)
        << testing::PrintToString(frame);
  }
  ASSERT_TRUE(other->Send("still here"));
  EXPECT_EQ(other->Receive(2000ms), "still here");
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
}  // namespace parley
