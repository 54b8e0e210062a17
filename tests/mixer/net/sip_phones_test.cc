// Calls from phones that nobody here wrote: sipp (package sip-tester) plays scenarios, baresip is a
// phone, linphone another, kamailio a registrar and proxy between the two of us. Each test is
// skipped where its phone is not installed.

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <signal.h>

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/client/eventually.h"
#include "tests/mixer/net/phone_host.h"

extern char** environ;

namespace parley::sip {
namespace {

namespace fs = std::filesystem;

class SipPhonesTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("sip_phones_test." + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  // Its exit code; what it says is in Said().
  int Run(std::vector<std::string> words) {
    const pid_t pid = Spawn(std::move(words), "log");
    return pid < 0 ? -1 : Reap(pid);
  }
  static int Reap(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  // Negative when there is no such program.
  // Reads what is written to `in`, which the caller closes, or nothing.
  pid_t Spawn(std::vector<std::string> words, const char* log_name, int in = -1) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const std::string log = folder_ / log_name;
    if (in >= 0) {
      posix_spawn_file_actions_adddup2(&files, in, 0);
    } else {
      posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    }
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int failed = posix_spawnp(&pid, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    return failed == 0 ? pid : -1;
  }
  std::string Said() const {
    std::ifstream in(folder_ / "log");
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return text.size() > 4000 ? text.substr(text.size() - 4000) : text;
  }
  bool Says(const std::string& text) const {
    return parley::test::Eventually([&] { return Said().find(text) != std::string::npos; });
  }
  static bool Installed(const char* program) {
    return fs::exists(fs::path("/usr/bin") / program) ||
           fs::exists(fs::path("/usr/sbin") / program);
  }

  fs::path folder_;
};

class SippTest : public SipPhonesTest {
 protected:
  void SetUp() override {
    if (!Installed("sipp")) GTEST_SKIP() << "sipp is not installed";
    SipPhonesTest::SetUp();
  }
  // All calls of the scenario succeed. A scenario is sipp's own "uac" or a file of ours.
  void Play(const std::string& scenario, std::vector<std::string> more = {}, bool tcp = false) {
    std::vector<std::string> words = {
        "sipp",
        "127.0.0.1:" + std::to_string(tcp ? host_.tcp_port() : host_.udp_port()),
        "-i",
        "127.0.0.1",
        "-nostdin",
        "-timeout",
        "120",
        "-timeout_error",
        "-max_retrans",
        "10",
        "-trace_err",
        "-error_file",
        folder_ / "errors"};
    if (scenario == "uac") {
      words.insert(words.end(), {"-sn", "uac"});
    } else {
      words.insert(words.end(),
                   {"-sf", PARLEY_SOURCE_DIR "/tests/mixer/net/sipp/" + scenario + ".xml"});
    }
    if (tcp) words.insert(words.end(), {"-t", "t1"});
    words.insert(words.end(), more.begin(), more.end());
    EXPECT_EQ(Run(words), 0) << Said();
  }
  PhoneHost host_;
};

TEST_F(SippTest, BasicCallsOverUdp) {
  Play("uac", {"-m", "50", "-r", "50", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 50; });
  EXPECT_EQ(seen.established, 50u);
  for (const CallEnded& ended : seen.ended) EXPECT_EQ(ended.cause, CallEnded::Cause::kRemoteHangup);
}

TEST_F(SippTest, BasicCallsOverTcp) {
  Play("uac", {"-m", "50", "-r", "50", "-s", "room"}, true);
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 50; });
  EXPECT_EQ(seen.established, 50u);
}

TEST_F(SippTest, TwoHundredCallsAtTheSameTime) {
  Play("uac", {"-m", "200", "-r", "200", "-l", "200", "-d", "4000", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 200; });
  EXPECT_EQ(seen.established, 200u);
  EXPECT_EQ(seen.most_live, 200u);
  EXPECT_EQ(seen.live, 0u);
}

TEST_F(SippTest, CallsOverAWireThatLosesATenth) {
  Play("uac", {"-m", "30", "-r", "30", "-s", "room", "-lost", "10"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == s.calls; });
  EXPECT_GE(seen.established, 30u);
}

TEST_F(SippTest, CancelledCalls) {
  Play("cancel", {"-m", "20", "-r", "20", "-s", "ring"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 20; });
  EXPECT_EQ(seen.established, 0u);
  for (const CallEnded& ended : seen.ended) EXPECT_EQ(ended.cause, CallEnded::Cause::kCancelled);
}

TEST_F(SippTest, HoldAndResumeByReinvite) {
  Play("hold", {"-m", "10", "-r", "10", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 10; });
  EXPECT_EQ(seen.held, 10u);
  EXPECT_EQ(seen.resumed, 10u);
}

TEST_F(SippTest, AnAckThatComesLate) {
  Play("late_ack", {"-m", "10", "-r", "10", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 10; });
  for (const CallEnded& ended : seen.ended) EXPECT_EQ(ended.cause, CallEnded::Cause::kRemoteHangup);
}

// We repeat the answer for 64 T1, 32 s, and give the call up then.
TEST_F(SippTest, AnAckThatNeverComes) {
  Play("lost_ack", {"-m", "5", "-r", "5", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 5; });
  ASSERT_EQ(seen.ended.size(), 5u);
  for (const CallEnded& ended : seen.ended) EXPECT_EQ(ended.cause, CallEnded::Cause::kTimeout);
}

TEST_F(SippTest, SoundIsWantedElsewhere) {
  Play("moved", {"-m", "10", "-r", "10", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 10; });
  ASSERT_EQ(seen.moved.size(), 10u);
  for (const AudioStream& stream : seen.moved) {
    EXPECT_EQ(stream.remote_rtp, SocketAddress::V4({127, 0, 0, 9}, 47'000));
  }
}

TEST_F(SippTest, AnotherRoomIsAskedForByRefer) {
  Play("refer", {"-m", "10", "-r", "10", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 10; });
  EXPECT_EQ(seen.referred_to, std::vector<std::string>(10, "123456789"));
  for (const CallEnded& ended : seen.ended) EXPECT_EQ(ended.cause, CallEnded::Cause::kRemoteHangup);
}

TEST_F(SippTest, CancelHoldAndKeysOverTcp) {
  Play("cancel", {"-m", "10", "-r", "10", "-s", "ring"}, true);
  Play("hold", {"-m", "10", "-r", "10", "-s", "room"}, true);
  Play("prack_info", {"-m", "10", "-r", "10", "-s", "room"}, true);
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 30; });
  ASSERT_EQ(seen.ended.size(), 30u);
  for (size_t i = 0; i < 10; ++i) EXPECT_EQ(seen.ended[i].cause, CallEnded::Cause::kCancelled);
  EXPECT_EQ(seen.established, 20u);
  EXPECT_EQ(seen.held, 10u);
  EXPECT_EQ(seen.resumed, 10u);
  EXPECT_EQ(seen.keys, "5555555555");
}

TEST_F(SippTest, BusyIsRefused) {
  Play("busy", {"-m", "10", "-r", "10", "-s", "busy"});
  EXPECT_EQ(host_.Await([](const auto& s) { return s.ended.size() == 10; }).established, 0u);
}

TEST_F(SippTest, NoSharedCodecIsRefusedWithAWarning) {
  Play("no_codec", {"-m", "10", "-r", "10", "-s", "room"});
  EXPECT_EQ(host_.Await([](const auto&) { return true; }).calls, 0u);
}

TEST_F(SippTest, EarlyAcknowledgementsAndKeys) {
  Play("prack_info", {"-m", "10", "-r", "10", "-s", "room"});
  const auto seen = host_.Await([](const auto& s) { return s.ended.size() == 10; });
  EXPECT_EQ(seen.keys, "5555555555");
}

struct Phone {
  const char* name;
  const char* codec;       // as baresip lists it
  const char* encryption;  // mediaenc, or empty
  AudioCodec agreed;
  MediaSecurity security;
};

class BaresipTest : public SipPhonesTest, public testing::WithParamInterface<Phone> {
 protected:
  void SetUp() override {
    if (!Installed("baresip")) GTEST_SKIP() << "baresip is not installed";
    SipPhonesTest::SetUp();
    std::ofstream(folder_ / "config")
        << "module_path /usr/lib/baresip/modules\nsip_listen 127.0.0.1:0\n"
           "audio_player aubridge,nil\naudio_source ausine,400\naudio_alert aubridge,nil\n"
           "rtp_ports 41000-41100\nmodule g711.so\nmodule g722.so\nmodule opus.so\n"
           "module ausine.so\nmodule aubridge.so\nmodule srtp.so\nmodule dtls_srtp.so\n"
           "module_tmp account.so\nmodule_app menu.so\n";
    std::ofstream(folder_ / "contacts");
  }
  // Dials, and ends once the call is there for it, too, which hangs up.
  PhoneHost::Seen CallAndHangUp(PhoneHost& host, const std::string& to) {
    const pid_t pid =
        Spawn({"baresip", "-4", "-f", folder_, "-e", "/dial sip:" + to, "-t", "120"}, "log");
    if (pid > 0) {
      EXPECT_TRUE(Says("stream: update 'audio'")) << Said();
      kill(pid, SIGTERM);
      Reap(pid);
    }
    return host.Await([](const auto& s) { return !s.ended.empty(); });
  }
};

TEST_P(BaresipTest, CallsAndHangsUp) {
  const Phone& phone = GetParam();
  AudioOptions audio;
  audio.fingerprint = SdpFingerprint{"sha-256", std::vector<uint8_t>(32, 1)};
  PhoneHost host(audio);
  std::ofstream accounts(folder_ / "accounts");
  accounts << "<sip:tester@127.0.0.1>;regint=0;audio_codecs=" << phone.codec;
  if (*phone.encryption) accounts << ";mediaenc=" << phone.encryption;
  accounts << '\n';
  accounts.close();
  const auto seen = CallAndHangUp(host, "room@127.0.0.1:" + std::to_string(host.udp_port()));
  ASSERT_EQ(seen.streams.size(), 1u) << Said();
  EXPECT_EQ(seen.streams[0].send.codec, phone.agreed);
  EXPECT_EQ(seen.streams[0].security, phone.security);
  EXPECT_EQ(seen.ended[0].cause, CallEnded::Cause::kRemoteHangup) << Said();
}

INSTANTIATE_TEST_SUITE_P(
    Phones, BaresipTest,
    testing::Values(Phone{"Pcmu", "PCMU", "", AudioCodec::kPcmu, MediaSecurity::kNone},
                    Phone{"Pcma", "PCMA", "", AudioCodec::kPcma, MediaSecurity::kNone},
                    Phone{"G722", "G722/16000/1", "", AudioCodec::kG722, MediaSecurity::kNone},
                    Phone{"Opus", "opus/48000/2", "", AudioCodec::kOpus, MediaSecurity::kNone},
                    Phone{"Sdes", "PCMU", "srtp-mand", AudioCodec::kPcmu, MediaSecurity::kSdes},
                    Phone{"Dtls", "PCMU", "dtls_srtp", AudioCodec::kPcmu, MediaSecurity::kDtls}),
    [](const auto& info) { return info.param.name; });

// Its commands come over a pipe, each when the call has come as far as it needs.
class LinphoneTest : public SipPhonesTest, public testing::WithParamInterface<Phone> {
 protected:
  void SetUp() override {
    if (!Installed("linphonec")) GTEST_SKIP() << "linphone is not installed";
    SipPhonesTest::SetUp();
    fs::create_directories(folder_ / ".local/share/linphone");
    ASSERT_EQ(pipe2(commands_, O_CLOEXEC), 0);
  }
  void TearDown() override {
    if (commands_[1] >= 0) close(commands_[1]);
    SipPhonesTest::TearDown();
  }
  void Say(const std::string& command) {
    const std::string line = command + "\n";
    EXPECT_EQ(write(commands_[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }

  int commands_[2] = {-1, -1};
};

TEST_P(LinphoneTest, CallsAndHangsUp) {
  const Phone& phone = GetParam();
  PhoneHost host;
  std::ofstream rc(folder_ / "rc");
  rc << "[sip]\nsip_port=-1\nsip_tcp_port=-1\nsip_tls_port=0\nuse_ipv6=0\nguess_hostname=0\n"
        "contact=sip:tester@127.0.0.1\nmedia_encryption="
     << phone.encryption << "\n[rtp]\naudio_rtp_port=41200-41300\n";
  // Whatever is not named is on.
  int index = 0;
  for (const std::string_view codec : {"opus 48000", "speex 16000", "speex 8000", "PCMU 8000",
                                       "PCMA 8000", "G722 8000", "GSM 8000"}) {
    const std::string_view mime = codec.substr(0, codec.find(' '));
    rc << "[audio_codec_" << index++ << "]\nmime=" << mime
       << "\nrate=" << codec.substr(mime.size() + 1) << "\nenabled=" << (mime == phone.codec)
       << '\n';
  }
  rc.close();
  const bool tcp = std::string_view(phone.name) == "Tcp";
  const pid_t pid = Spawn({"env", "HOME=" + folder_.string(), "timeout", "120", "stdbuf", "-oL",
                           "linphonec", "-c", folder_ / "rc"},
                          "log", commands_[0]);
  close(commands_[0]);
  ASSERT_GT(pid, 0);
  Say("call sip:room@127.0.0.1:" + std::to_string(tcp ? host.tcp_port() : host.udp_port()) +
      (tcp ? ";transport=tcp" : ""));
  EXPECT_TRUE(Says(" connected.")) << Said();
  Say("terminate");
  const auto seen = host.Await([](const auto& s) { return !s.ended.empty(); });
  Say("quit");
  Reap(pid);
  ASSERT_EQ(seen.streams.size(), 1u) << Said();
  EXPECT_EQ(seen.streams[0].send.codec, phone.agreed);
  EXPECT_EQ(seen.streams[0].security, phone.security);
  ASSERT_EQ(seen.ended.size(), 1u) << Said();
  EXPECT_EQ(seen.ended[0].cause, CallEnded::Cause::kRemoteHangup) << Said();
}

INSTANTIATE_TEST_SUITE_P(
    Linphone, LinphoneTest,
    testing::Values(Phone{"Udp", "opus", "none", AudioCodec::kOpus, MediaSecurity::kNone},
                    Phone{"Tcp", "PCMU", "none", AudioCodec::kPcmu, MediaSecurity::kNone},
                    Phone{"Sdes", "PCMA", "srtp", AudioCodec::kPcma, MediaSecurity::kSdes}),
    [](const auto& info) { return info.param.name; });

// kamailio challenges our REGISTER and stands in every call by Record-Route.
class KamailioTest : public BaresipTest {
 protected:
  // Tests run beside each other.
  const uint16_t port_ = static_cast<uint16_t>(10'500 + getpid() % 4000);
  const uint16_t tls_port_ = static_cast<uint16_t>(port_ + 4000);

  static bool Is(const char* name) { return std::string_view(GetParam().name) == name; }

  void SetUp() override {
    if (!Installed("kamailio")) GTEST_SKIP() << "kamailio is not installed";
    if (Is("Tls") && !TlsInstalled()) GTEST_SKIP() << "kamailio-tls-modules is not installed";
    BaresipTest::SetUp();
    if (IsSkipped()) return;
    fs::create_directories(folder_ / "run");
    const std::string at = "127.0.0.1:" + std::to_string(port_);
    std::vector<std::string> words = {"kamailio",
                                      "-DD",
                                      "-E",
                                      "-f",
                                      PARLEY_SOURCE_DIR "/tests/mixer/net/kamailio.cfg",
                                      "-l",
                                      "udp:" + at,
                                      "-l",
                                      "tcp:" + at,
                                      "-Y",
                                      folder_ / "run",
                                      "-m",
                                      "32",
                                      "-M",
                                      "8"};
    if (Is("Tls")) {
      // Named as we call it: by the name that a certificate can be for.
      ASSERT_EQ(Run({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                     "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                     folder_ / "key.pem", "-out", folder_ / "cert.pem"}),
                0)
          << Said();
      const auto quoted = [](const fs::path& path) { return '"' + path.string() + '"'; };
      words.insert(words.end(), {"-l", "tls:127.0.0.1:" + std::to_string(tls_port_), "-A",
                                 "CERTIFICATE=" + quoted(folder_ / "cert.pem"), "-A",
                                 "KEY=" + quoted(folder_ / "key.pem")});
    }
    proxy_ = Spawn(std::move(words), "proxy");
    ASSERT_GT(proxy_, 0);
    ASSERT_TRUE(AwaitProxy()) << "kamailio does not listen";
  }
  void TearDown() override {
    if (proxy_ > 0) {
      kill(proxy_, SIGTERM);
      Reap(proxy_);
    }
    BaresipTest::TearDown();
  }

  static bool TlsInstalled() {
    for (const auto& folder : fs::directory_iterator("/usr/lib")) {
      if (fs::exists(folder.path() / "kamailio/modules/tls.so")) return true;
    }
    return false;
  }

  TrunkConfig ToKamailio(TransportKind transport, const std::string& password) const {
    const bool tls = transport == TransportKind::kTls;
    TrunkConfig trunk;
    trunk.domain = "127.0.0.1";
    trunk.flow.transport = transport;
    trunk.flow.remote = SocketAddress::V4({127, 0, 0, 1}, tls ? tls_port_ : port_);
    if (tls) trunk.flow.tls_name = "localhost";
    trunk.user = "parley";
    trunk.credentials = Credentials{"127.0.0.1", "parley", password};
    return trunk;
  }

  // Until it listens: a slow machine takes its time to start it.
  bool AwaitProxy() const {
    boost::asio::io_context io;
    // Of its sockets the one that it opens last.
    const boost::asio::ip::tcp::endpoint at(boost::asio::ip::address_v4::loopback(),
                                            Is("Tls") ? tls_port_ : port_);
    for (int tries = 0; tries < 300; ++tries) {
      boost::asio::ip::tcp::socket socket(io);
      boost::system::error_code error;
      socket.connect(at, error);
      if (!error) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  pid_t proxy_ = -1;
};

TEST_P(KamailioTest, WeRegisterAndACallComesThroughTheProxy) {
  const TransportKind transport = Is("Tls")   ? TransportKind::kTls
                                  : Is("Tcp") ? TransportKind::kTcp
                                              : TransportKind::kUdp;
  // Whom we trust is whoever signed its certificate: itself.
  SipTlsFiles files;
  if (Is("Tls")) {
    files = {.certificate = folder_ / "cert.pem",
             .key = folder_ / "key.pem",
             .ca_file = folder_ / "cert.pem"};
  }
  PhoneHost host({}, {ToKamailio(transport, "secret")}, {}, files);
  auto seen = host.Await(
      [](const auto& s) { return !s.trunk_changes.empty() && s.trunk_changes.back().registered; });
  ASSERT_FALSE(seen.trunk_changes.empty());
  ASSERT_TRUE(seen.trunk_changes.back().registered) << seen.trunk_changes.back().status;
  std::ofstream(folder_ / "accounts")
      << "<sip:tester@127.0.0.1>;regint=0;audio_codecs=" << GetParam().codec << '\n';
  const std::string to = Is("Tls")   ? std::to_string(tls_port_) + ";transport=tls"
                         : Is("Tcp") ? std::to_string(port_) + ";transport=tcp"
                                     : std::to_string(port_);
  seen = CallAndHangUp(host, "parley@127.0.0.1:" + to);
  ASSERT_EQ(seen.established, 1u) << Said();
  EXPECT_EQ(seen.trunks, (std::vector<std::optional<size_t>>{0})) << "it is the trunk's call";
  EXPECT_EQ(seen.ended[0].cause, CallEnded::Cause::kRemoteHangup) << "the BYE found its way";
}

TEST_P(KamailioTest, AWrongPasswordIsToldAndNotTriedForEver) {
  if (Is("Tls")) {
    // Somebody else's certificate: nothing of ours is said to it, the password least of all.
    PhoneHost host({}, {ToKamailio(TransportKind::kTls, "secret")});
    const auto seen = host.Await([](const auto& s) { return !s.trunk_changes.empty(); });
    ASSERT_FALSE(seen.trunk_changes.empty());
    EXPECT_FALSE(seen.trunk_changes.back().registered || seen.trunk_changes.back().reachable);
    return;
  }
  PhoneHost host({}, {ToKamailio(TransportKind::kUdp, "wrong")});
  const auto seen = host.Await([](const auto& s) {
    return !s.trunk_changes.empty() && s.trunk_changes.back().status == 401;
  });
  ASSERT_FALSE(seen.trunk_changes.empty());
  EXPECT_FALSE(seen.trunk_changes.back().registered);
  EXPECT_EQ(seen.trunk_changes.back().status, 401);
}

INSTANTIATE_TEST_SUITE_P(
    Proxy, KamailioTest,
    testing::Values(Phone{"Udp", "PCMU", "", AudioCodec::kPcmu, MediaSecurity::kNone},
                    Phone{"Tcp", "PCMU", "", AudioCodec::kPcmu, MediaSecurity::kNone},
                    Phone{"Tls", "PCMU", "", AudioCodec::kPcmu, MediaSecurity::kNone}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace parley::sip
