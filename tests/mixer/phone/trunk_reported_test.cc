// What the signaling thread is told of providers where we register.

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mixer/phone/phone_thread.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/transport/srtp_session.h"
#include "tests/client/closed_port.h"
#include "tests/mixer/phone/no_media.h"

namespace parley {
namespace {

namespace ip = boost::asio::ip;

class TrunkReportedTest : public testing::Test {
 protected:
  void SetUp() override { InitSrtp(); }
  void TearDown() override {
    if (phones_) phones_->Stop();
  }
  void Register(sip::TrunkConfig trunk) {
    PhoneThreadConfig config;
    config.sip.udp = SocketAddress::V4({127, 0, 0, 1}, 0);
    config.agent.local.host = "127.0.0.1";
    trunk.user = "parley";
    trunk.keepalive = Duration::Zero();
    config.agent.trunks = {std::move(trunk)};
    config.switchboard.media = config.switchboard.advertised = config.sip.udp;
    config.prompts.recorded.clear();
    config.prompts.music.clear();
    auto started = PhoneThread::Start(config, identity_, media_, [] {});
    ASSERT_TRUE(started) << started.error();
    phones_ = std::move(*started);
  }
  // The next report; the test fails when none comes in a time that only a fault takes.
  TrunkReported Next() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (std::chrono::steady_clock::now() < until) {
      std::vector<PhoneEvent> events;
      phones_->PollEvents(events);
      for (const PhoneEvent& event : events) {
        if (const auto* reported = std::get_if<TrunkReported>(&event)) return *reported;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "nothing is reported";
    return {};
  }

  const DtlsIdentity identity_ =
      *DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  NoMedia media_;
  std::unique_ptr<PhoneThread> phones_;
};

TEST_F(TrunkReportedTest, WhoDoesNotAnswerIsDownAndTriedAgain) {
  const test::ClosedPort closed;
  sip::TrunkConfig trunk;
  trunk.domain = "127.0.0.1";
  trunk.flow.transport = sip::TransportKind::kTcp;
  trunk.flow.remote = SocketAddress::V4({127, 0, 0, 1}, closed.number());
  trunk.servers = {.host = "127.0.0.1", .port = closed.number(), .transport = trunk.flow.transport};
  Register(std::move(trunk));
  const TrunkReported reported = Next();
  EXPECT_EQ(reported.trunk, 0u);
  EXPECT_FALSE(reported.registered);
  EXPECT_EQ(reported.fault, TrunkFault::kNoAnswer);
  EXPECT_TRUE(reported.next_try.has_value());
}

TEST_F(TrunkReportedTest, ANameThatNobodyKnowsIsSaidToBeUnknown) {
  sip::TrunkConfig trunk;
  trunk.domain = trunk.servers.host = "no-such-host.invalid";
  Register(std::move(trunk));
  const TrunkReported reported = Next();
  EXPECT_EQ(reported.fault, TrunkFault::kUnknownName);
  EXPECT_EQ(reported.status, 0);
  EXPECT_TRUE(reported.next_try.has_value());
}

// A registrar that answers everything with one status.
class Registrar {
 public:
  explicit Registrar(std::string status)
      : socket_(io_, ip::udp::endpoint(ip::address_v4::loopback(), 0)),
        thread_([this, status = std::move(status)] { Answer(status); }) {}
  ~Registrar() {
    over_ = true;
    thread_.join();
  }
  uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  void Answer(const std::string& status) {
    socket_.non_blocking(true);
    while (!over_) {
      std::array<char, 4096> bytes;
      ip::udp::endpoint from;
      boost::system::error_code error;
      const size_t size = socket_.receive_from(boost::asio::buffer(bytes), from, 0, error);
      if (error) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        continue;
      }
      const std::string response = ResponseTo(std::string(bytes.data(), size), status);
      socket_.send_to(boost::asio::buffer(response), from, 0, error);
    }
  }
  // RFC 3261 section 8.2.6.2, and the binding.
  static std::string ResponseTo(const std::string& request, const std::string& status) {
    std::string response = "SIP/2.0 " + status + "\r\n";
    for (size_t at = 0; at < request.size();) {
      const size_t end = request.find("\r\n", at);
      if (end == std::string::npos) break;
      const std::string line = request.substr(at, end - at);
      for (const char* name : {"Via:", "From:", "To:", "Call-ID:", "CSeq:", "Contact:"}) {
        if (line.starts_with(name)) response += line + (*name == 'T' ? ";tag=r\r\n" : "\r\n");
      }
      at = end + 2;
    }
    return response + "Expires: 600\r\nContent-Length: 0\r\n\r\n";
  }

  boost::asio::io_context io_;
  ip::udp::socket socket_;
  std::atomic<bool> over_ = false;
  std::thread thread_;
};

TEST_F(TrunkReportedTest, WhatTheProviderSaysDecidesWhatIsReported) {
  struct Case {
    const char* status;
    bool registered;
    TrunkFault fault;
    int code;
  };
  const Case cases[] = {{"200 OK", true, TrunkFault::kNone, 200},
                        {"403 Forbidden", false, TrunkFault::kRefused, 403},
                        {"404 Not Found", false, TrunkFault::kRefused, 404},
                        {"500 Server Error", false, TrunkFault::kFailed, 500}};
  for (const Case& wanted : cases) {
    SCOPED_TRACE(wanted.status);
    Registrar registrar(wanted.status);
    sip::TrunkConfig trunk;
    trunk.domain = "127.0.0.1";
    trunk.flow.remote = SocketAddress::V4({127, 0, 0, 1}, registrar.port());
    trunk.servers = {.host = "127.0.0.1", .port = registrar.port(), .transport = std::nullopt};
    Register(std::move(trunk));
    const TrunkReported reported = Next();
    EXPECT_EQ(reported.registered, wanted.registered);
    EXPECT_EQ(reported.fault, wanted.fault);
    EXPECT_EQ(reported.status, wanted.code);
    EXPECT_EQ(reported.next_try.has_value(), !wanted.registered);
    phones_->Stop();
  }
}

}  // namespace
}  // namespace parley
