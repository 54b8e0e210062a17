#pragma once

// An HttpServer on loopback with and without TLS, in a thread of its own, whose handler answers
// with what it was asked.

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "signaling/api/file_body.h"
#include "signaling/api/later_response.h"
#include "signaling/net/certificate.h"
#include "signaling/net/http_server.h"
#include "tests/client/web_client.h"

namespace parley::test {

inline HttpResponse Empty() {
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

  std::unique_ptr<WebSocketClient> Connect(WebSocketOptions options = {}) {
    options.port = options.tls ? tls_port_ : port_;
    auto client = WebSocketClient::Connect(options);
    EXPECT_TRUE(client) << "refused with " << client.error();
    return client ? *std::move(client) : nullptr;
  }
  int Refusal(WebSocketOptions options) {
    options.port = port_;
    const auto client = WebSocketClient::Connect(options);
    return client ? -1 : client.error();
  }
  template <class Condition>
  static bool Eventually(Condition condition) {
    for (int i = 0; i < 3000; ++i) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
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

}  // namespace parley::test
