// Calls from phones that nobody here wrote: sipp (package sip-tester) plays scenarios, baresip is a
// phone. Each test is skipped where its phone is not installed.

#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>

#include <filesystem>
#include <fstream>
#include <iterator>

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
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    const std::string log = folder_ / "log";
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&files, 1, 2);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    const int failed = posix_spawnp(&pid, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    if (failed != 0) return -1;
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string Said() const {
    std::ifstream in(folder_ / "log");
    const std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    return text.size() > 4000 ? text.substr(text.size() - 4000) : text;
  }
  static bool Installed(const char* program) { return fs::exists(fs::path("/usr/bin") / program); }

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
        "60",
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
  Run({"baresip", "-4", "-f", folder_, "-e",
       "/dial sip:room@127.0.0.1:" + std::to_string(host.udp_port()), "-t", "3"});
  const auto seen = host.Await([](const auto& s) { return !s.ended.empty(); });
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

}  // namespace
}  // namespace parley::sip
