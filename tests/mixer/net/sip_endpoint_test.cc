// Two user agents on real sockets of this machine, over each transport.

#include "mixer/net/sip_endpoint.h"

#include <gtest/gtest.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "tests/client/closed_port.h"

namespace parley::sip {
namespace {

const SocketAddress kLoopback = SocketAddress::V4({127, 0, 0, 1}, 0);

// A certificate for `name`, signed by itself, and its key, as files.
SipTlsFiles MakeCertificate(const std::filesystem::path& folder, const std::string& name) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
  X509_set_pubkey(certificate, key);
  X509_NAME* subject = X509_get_subject_name(certificate);
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(certificate, subject);
  X509_EXTENSION* names =
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, ("DNS:" + name).c_str());
  X509_add_ext(certificate, names, -1);
  X509_EXTENSION_free(names);
  X509_sign(certificate, key, EVP_sha256());

  SipTlsFiles files{folder / "certificate.pem", folder / "key.pem", folder / "certificate.pem"};
  FILE* out = std::fopen(files.certificate.c_str(), "w");
  PEM_write_X509(out, certificate);
  std::fclose(out);
  out = std::fopen(files.key.c_str(), "w");
  PEM_write_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(out);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return files;
}

class SipEndpointTest : public testing::TestWithParam<TransportKind> {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("sip_endpoint_test." + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    options_.udp = kLoopback;
    options_.tcp = kLoopback;
    options_.tls = kLoopback;
    options_.tls_files = MakeCertificate(folder_, "phones.test");
    left_ = Open(left_events_);
    right_ = Open(right_events_);
  }
  void TearDown() override {
    left_.reset();
    right_.reset();
    std::filesystem::remove_all(folder_);
  }

  std::unique_ptr<SipEndpoint> Open(std::vector<AgentEvent>& events) {
    auto endpoint =
        SipEndpoint::Open(io_, options_, AgentConfig(), random_,
                          [&events](const AgentEvent& event) { events.push_back(event); });
    EXPECT_TRUE(endpoint.has_value()) << endpoint.error();
    return std::move(*endpoint);
  }
  // Runs until it holds; long enough that only a fault lets it end otherwise.
  template <class Condition>
  [[nodiscard]] bool RunUntil(Condition condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!condition() && std::chrono::steady_clock::now() < end) {
      io_.run_one_for(std::chrono::milliseconds(100));
    }
    return condition();
  }
  template <class Event>
  static const Event* Find(const std::vector<AgentEvent>& events) {
    for (const AgentEvent& event : events) {
      if (const auto* wanted = std::get_if<Event>(&event)) return wanted;
    }
    return nullptr;
  }
  Flow ToRight(TransportKind transport, const std::string& name = "phones.test") const {
    return {transport, SocketAddress::V4({127, 0, 0, 1}, right_->local().port(transport)),
            transport == TransportKind::kTls ? name : ""};
  }
  static AudioOptions Audio() {
    AudioOptions audio;
    audio.rtp = SocketAddress::V4({127, 0, 0, 1}, 20'000);
    return audio;
  }
  CallId Dial(const Flow& flow) {
    const CallId call = left_->agent().Invite(Uri::Sip("room", "127.0.0.1"), flow, Audio(), Now());
    left_->Flush();
    return call;
  }
  static Timestamp Now() {
    return Timestamp::Micros(std::chrono::duration_cast<std::chrono::microseconds>(
                                 std::chrono::steady_clock::now().time_since_epoch())
                                 .count());
  }

  boost::asio::io_context io_;
  SystemRandom random_;
  std::filesystem::path folder_;
  SipEndpointOptions options_;
  std::vector<AgentEvent> left_events_;
  std::vector<AgentEvent> right_events_;
  std::unique_ptr<SipEndpoint> left_;
  std::unique_ptr<SipEndpoint> right_;
};

TEST_P(SipEndpointTest, ACallGoesThroughAndEnds) {
  const CallId call = Dial(ToRight(GetParam()));
  ASSERT_TRUE(RunUntil([&] { return Find<IncomingCall>(right_events_); }));
  right_->agent().Accept(Find<IncomingCall>(right_events_)->call, Audio(), Now());
  right_->Flush();
  ASSERT_TRUE(RunUntil([&] { return Find<CallEstablished>(left_events_); }));
  // From the far side, over the same connection.
  right_->agent().Hold(Find<IncomingCall>(right_events_)->call, true, Now());
  right_->Flush();
  ASSERT_TRUE(RunUntil([&] { return Find<CallMediaChanged>(left_events_); }));
  EXPECT_TRUE(RunUntil([&] { return Find<CallMediaChanged>(right_events_); }));
  left_->agent().Hangup(call, Now());
  left_->Flush();
  ASSERT_TRUE(RunUntil([&] { return Find<CallEnded>(right_events_); }));
  EXPECT_EQ(Find<CallEnded>(right_events_)->cause, CallEnded::Cause::kRemoteHangup);
}

INSTANTIATE_TEST_SUITE_P(Transports, SipEndpointTest,
                         testing::Values(TransportKind::kUdp, TransportKind::kTcp,
                                         TransportKind::kTls));

using SipTlsTest = SipEndpointTest;

TEST_P(SipTlsTest, ACertificateForAnotherNameIsRefused) {
  Dial(ToRight(GetParam(), "elsewhere.test"));
  ASSERT_TRUE(RunUntil([&] { return Find<CallEnded>(left_events_); }));
  EXPECT_EQ(Find<CallEnded>(left_events_)->cause, CallEnded::Cause::kTransport);
  EXPECT_FALSE(Find<IncomingCall>(right_events_));
}

TEST_P(SipTlsTest, ACertificateThatNobodyTrustsIsRefused) {
  std::filesystem::create_directories(folder_ / "other");
  const SipTlsFiles other = MakeCertificate(folder_ / "other", "phones.test");
  options_.tls_files.ca_file = other.certificate;
  const auto distrustful = Open(left_events_);
  distrustful->agent().Invite(Uri::Sip("room", "127.0.0.1"), ToRight(GetParam()), Audio(), Now());
  distrustful->Flush();
  ASSERT_TRUE(RunUntil([&] { return Find<CallEnded>(left_events_); }));
  EXPECT_EQ(Find<CallEnded>(left_events_)->cause, CallEnded::Cause::kTransport);
}

INSTANTIATE_TEST_SUITE_P(Tls, SipTlsTest, testing::Values(TransportKind::kTls));

using SipTcpTest = SipEndpointTest;

TEST_P(SipTcpTest, NobodyListeningEndsTheCallAtOnce) {
  const parley::test::ClosedPort closed;
  Flow flow = ToRight(GetParam());
  flow.remote = SocketAddress::V4({127, 0, 0, 1}, closed.number());
  Dial(flow);
  ASSERT_TRUE(RunUntil([&] { return Find<CallEnded>(left_events_); }));
  EXPECT_EQ(Find<CallEnded>(left_events_)->cause, CallEnded::Cause::kTransport);
}

TEST_P(SipTcpTest, WhatCannotBeFramedIsAnsweredAndTheConnectionClosed) {
  boost::asio::ip::tcp::socket socket(io_);
  socket.connect({boost::asio::ip::address_v4::loopback(), right_->local().tcp_port});
  const std::string request =
      "OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/TCP h;branch=z9hG4bKa\r\nFrom: <sip:a@b>;tag=1\r\n"
      "To: <sip:x>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nl: 1\r\nl: 2\r\n\r\n";
  socket.send(boost::asio::buffer(request));
  socket.non_blocking(true);
  std::string answer;
  bool closed = false;
  ASSERT_TRUE(RunUntil([&] {
    char bytes[512];
    boost::system::error_code error;
    const size_t n = socket.receive(boost::asio::buffer(bytes), 0, error);
    answer.append(bytes, n);
    closed |= error == boost::asio::error::eof;
    return closed;
  }));
  EXPECT_TRUE(answer.starts_with("SIP/2.0 400 ")) << answer;
}

INSTANTIATE_TEST_SUITE_P(Tcp, SipTcpTest, testing::Values(TransportKind::kTcp));

}  // namespace
}  // namespace parley::sip
