// Calls that we make, over real sockets: the phone thread calls a user agent in another thread, and
// sipp where it is installed. What leaves is counted at the far end's socket.

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "mixer/audio/g711.h"
#include "mixer/audio/telephone_event.h"
#include "mixer/net/asio_address.h"
#include "mixer/phone/phone_thread.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/transport/srtp_session.h"
#include "tests/mixer/phone/no_media.h"

extern char** environ;

namespace parley {
namespace {

using boost::asio::ip::udp;

// Somebody's telephone. What it does depends on the last digits that are called: 486 is busy, 404
// unknown, 603 declines, 180 rings for ever, all others answer.
class Callee {
 public:
  Callee() {
    sip::SipEndpointOptions options;
    options.udp = SocketAddress::V4({127, 0, 0, 1}, 0);
    audio_.rtp = sip::FromAsio(rtp_.local_endpoint());
    audio_.codecs = {sip::AudioCodec::kPcmu};
    sip::AgentConfig config;
    config.audio = audio_;
    config.limits.strangers.burst = config.limits.strangers.per_second = 1e6;
    endpoint_ = std::move(*sip::SipEndpoint::Open(
        io_, options, config, random_, [this](const sip::AgentEvent& event) { Handle(event); }));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Callee() {
    io_.stop();
    thread_.join();
  }

  uint16_t port() const { return endpoint_->local().udp_port; }
  std::vector<std::string> dialled() {
    const std::lock_guard lock(mutex_);
    return dialled_;
  }
  void HangUp() {
    boost::asio::post(io_, [this] {
      endpoint_->agent().Hangup(call_, sip::SteadyNow());
      endpoint_->Flush();
    });
  }
  // Asks the other side to call somebody else.
  void Transfer(const std::string& target) {
    boost::asio::post(io_, [this, target] {
      endpoint_->agent().Refer(call_, *sip::Uri::Parse(target), sip::SteadyNow());
      endpoint_->Flush();
    });
  }
  // Its answer, once; 0 when none comes.
  int TransferAnswer() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return transferred_ != 0; });
    return std::exchange(transferred_, 0);
  }
  // Whether a frame comes, in a time that only a fault takes, whose loudest sample is in that
  // range.
  bool Hears(int from, int to) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    rtp_.non_blocking(true);
    while (std::chrono::steady_clock::now() < until) {
      std::array<uint8_t, 1500> packet;
      boost::system::error_code error;
      const size_t size = rtp_.receive(boost::asio::buffer(packet), 0, error);
      if (error) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        continue;
      }
      std::array<int16_t, 160> frame;
      if (size != 12 + frame.size()) continue;
      G711Decode(G711Law::kMu, std::span(packet).subspan<12, 160>(), frame);
      int loudest = 0;
      for (const int16_t sample : frame) loudest = std::max(loudest, std::abs(int{sample}));
      if (loudest >= from && loudest <= to) return true;
    }
    return false;
  }
  // One key, from where its sound would come from.
  void Press(char key) {
    sip::AudioStream stream;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, std::chrono::seconds(20), [&] { return stream_.has_value(); });
      if (!stream_ || !stream_->dtmf_send) {
        ADD_FAILURE() << "no call that takes keys";
        return;
      }
      stream = *stream_;
    }
    // Each key has a time of its own.
    const uint8_t second = ++keys_;
    for (uint16_t i = 0; i < 6; ++i) {
      const bool end = i >= 3;
      const uint16_t sequence = ++sequence_;
      std::array<uint8_t, 16> packet{0x80,
                                     *stream.dtmf_send,
                                     static_cast<uint8_t>(sequence >> 8),
                                     static_cast<uint8_t>(sequence),
                                     0,
                                     0,
                                     second};
      packet[11] = 7;  // SSRC
      if (i == 0) packet[1] |= 0x80;
      TelephoneEvent{.code = *TelephoneEvent::CodeOf(key),
                     .end = end,
                     .volume = 10,
                     .duration = static_cast<uint16_t>(160 * (std::min<uint16_t>(i, 3) + 1))}
          .Write(std::span(packet).subspan<12, 4>());
      rtp_.send_to(boost::asio::buffer(packet),
                   {boost::asio::ip::address_v4::loopback(), stream.remote_rtp.port()});
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }

 private:
  void Handle(const sip::AgentEvent& event) {
    const std::lock_guard lock(mutex_);
    sip::UserAgent& agent = endpoint_->agent();
    if (const auto* incoming = std::get_if<sip::IncomingCall>(&event)) {
      dialled_.push_back(incoming->dialled);
      call_ = incoming->call;
      const Timestamp now = sip::SteadyNow();
      for (const int status : {486, 404, 603}) {
        if (incoming->dialled.ends_with(std::to_string(status))) {
          return agent.Reject(incoming->call, status, now);
        }
      }
      agent.Ring(incoming->call, now);
      if (!incoming->dialled.ends_with("180")) agent.Accept(incoming->call, audio_, now);
    } else if (const auto* established = std::get_if<sip::CallEstablished>(&event)) {
      stream_ = established->audio;
    } else if (const auto* result = std::get_if<sip::CallReferResult>(&event)) {
      transferred_ = result->status;
    }
    changed_.notify_all();
  }

  boost::asio::io_context io_;
  udp::socket rtp_{io_, {boost::asio::ip::address_v4::loopback(), 0}};
  SystemRandom random_;
  sip::AudioOptions audio_;
  std::unique_ptr<sip::SipEndpoint> endpoint_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> dialled_;
  sip::CallId call_;
  std::optional<sip::AudioStream> stream_;
  int transferred_ = 0;
  uint8_t keys_ = 0;
  uint16_t sequence_ = 0;
  std::thread thread_;
};

class DialOutTest : public testing::Test {
 protected:
  void SetUp() override { InitSrtp(); }
  void TearDown() override {
    if (phones_) phones_->Stop();
  }
  // With a provider at that port of loopback, which must not know us.
  void Start(uint16_t port, const std::filesystem::path& music = {}) {
    PhoneThreadConfig config;
    config.sip.udp = SocketAddress::V4({127, 0, 0, 1}, 0);
    config.agent.local.host = "127.0.0.1";
    sip::TrunkConfig trunk;
    trunk.domain = "127.0.0.1";
    trunk.user = "parley";
    trunk.flow.remote = SocketAddress::V4({127, 0, 0, 1}, port);
    trunk.registers = false;
    trunk.keepalive = Duration::Zero();
    config.agent.trunks = {trunk};
    config.switchboard.media = config.sip.udp;
    config.switchboard.advertised = config.sip.udp;
    config.switchboard.rtp_port = static_cast<uint16_t>(52'000 + 2 * (getpid() % 2000));
    config.switchboard.calls = 4;
    config.switchboard.mixer_threads = 2;
    config.switchboard.dial_trunk = 0;
    config.prompts.recorded.clear();
    config.prompts.music = music;
    auto started = PhoneThread::Start(config, identity_, media_, [] {});
    ASSERT_TRUE(started) << started.error();
    phones_ = std::move(*started);
  }
  void Dial(uint64_t dial, std::string number) {
    phones_->Send(DialOut{.dial = DialId(dial), .number = std::move(number), .language = "en"});
  }
  // The next event of that type; the test fails when none comes in a time that only a fault takes.
  template <class Wanted>
  std::optional<Wanted> Next() {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < until) {
      if (events_.empty()) phones_->PollEvents(events_);
      while (!events_.empty()) {
        const PhoneEvent event = std::move(events_.front());
        events_.erase(events_.begin());
        if (const auto* wanted = std::get_if<Wanted>(&event)) return *wanted;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ADD_FAILURE() << "nothing happens";
    return std::nullopt;
  }
  DialProgress NextProgress() {
    const auto changed = Next<DialChanged>();
    return changed ? changed->progress : DialProgress::kFailed;
  }

  const DtlsIdentity identity_ =
      *DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
  NoMedia media_;
  std::unique_ptr<PhoneThread> phones_;
  std::vector<PhoneEvent> events_;
};

TEST_F(DialOutTest, WhoeverAnswersIsInAfterTheKeyAndNotBefore) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460199");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  EXPECT_EQ(NextProgress(), DialProgress::kAnswered);
  EXPECT_EQ(callee.dialled(), std::vector<std::string>{"+442079460199"});
  callee.Press('1');
  const auto confirmed = Next<DialConfirmed>();
  ASSERT_TRUE(confirmed);
  EXPECT_EQ(confirmed->dial, DialId(1));
  // Let in as others are, and gone as they are.
  phones_->Send(OpenPhoneRoom{.room = RoomId(1), .listener = TransportId(1), .seats = {}});
  phones_->Send(AdmitCall{.call = confirmed->call,
                          .request = confirmed->request,
                          .room = RoomId(1),
                          .worker = WorkerIndex(0),
                          .transport = TransportId(2),
                          .source = SourceId(1),
                          .ssrc = Ssrc(1),
                          .payload_type = PayloadType(111)});
  callee.Press('*');
  callee.Press('6');
  const auto command = Next<CallCommanded>();
  ASSERT_TRUE(command);
  EXPECT_EQ(command->command, KeypadCommand::kToggleMute);
  callee.HangUp();
  EXPECT_EQ(Next<PhoneCallEnded>()->call, confirmed->call);
  EXPECT_EQ(phones_->metrics().calls_dialled.value(), 1u);
}

TEST_F(DialOutTest, NoOtherKeyAndNoSilenceLetsAnybodyIn) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460199");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  EXPECT_EQ(NextProgress(), DialProgress::kAnswered);
  callee.Press('2');
  EXPECT_EQ(NextProgress(), DialProgress::kDeclined);
  Dial(2, "+442079460199");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  EXPECT_EQ(NextProgress(), DialProgress::kAnswered);
  callee.HangUp();
  EXPECT_EQ(NextProgress(), DialProgress::kNotConfirmed);
}

TEST_F(DialOutTest, BusyUnknownAndDeclinedAreToldApart) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460486");
  EXPECT_EQ(NextProgress(), DialProgress::kBusy);
  Dial(2, "+442079460404");
  EXPECT_EQ(NextProgress(), DialProgress::kUnknownNumber);
  Dial(3, "+442079460603");
  EXPECT_EQ(NextProgress(), DialProgress::kDeclined);
  EXPECT_EQ(callee.dialled().size(), 3u);
}

TEST_F(DialOutTest, WhatRingsIsCancelled) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460180");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  phones_->Send(CancelDial{.dial = DialId(1)});
  EXPECT_EQ(NextProgress(), DialProgress::kCancelled);
  for (uint64_t dial = 2; dial <= 5; ++dial) {
    Dial(dial, "+442079460180");
    EXPECT_EQ(NextProgress(), DialProgress::kRinging) << dial;
  }
  Dial(6, "+442079460180");
  EXPECT_EQ(NextProgress(), DialProgress::kFailed) << "as many calls as the operator allows";
}

// Whom we call is decided in the room, never by whom we called.
TEST_F(DialOutTest, NobodyHasUsCallSomebodyElse) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460199");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  EXPECT_EQ(NextProgress(), DialProgress::kAnswered);
  for (const char* target : {"sip:+442079460555@example.org", "sip:123456789@example.org",
                             "sip:123456789@127.0.0.1", "sip:12345@127.0.0.1"}) {
    callee.Transfer(target);
    EXPECT_EQ(callee.TransferAnswer(), 603) << target << ", before they are in a room";
  }
  EXPECT_EQ(callee.dialled().size(), 1u);
}

TEST_F(DialOutTest, WhoeverIsInIsPutIntoAnotherRoomOfOurs) {
  Callee callee;
  Start(callee.port());
  Dial(1, "+442079460199");
  callee.Press('1');
  const auto confirmed = Next<DialConfirmed>();
  ASSERT_TRUE(confirmed);
  const auto admit = [&](uint32_t request, uint64_t room) {
    phones_->Send(OpenPhoneRoom{.room = RoomId(room), .listener = TransportId(room), .seats = {}});
    phones_->Send(AdmitCall{.call = confirmed->call,
                            .request = request,
                            .room = RoomId(room),
                            .worker = WorkerIndex(0),
                            .transport = TransportId(10 + room),
                            .source = SourceId(1),
                            .ssrc = Ssrc(1),
                            .payload_type = PayloadType(111)});
  };
  admit(confirmed->request, 1);
  // So that they are in: commands are taken in their order.
  callee.Press('*');
  callee.Press('6');
  ASSERT_TRUE(Next<CallCommanded>());

  callee.Transfer("sip:123456789@127.0.0.1");
  auto entered = Next<PinEntered>();
  ASSERT_TRUE(entered);
  EXPECT_EQ(entered->pin, "123456789");
  EXPECT_EQ(entered->call, confirmed->call);
  phones_->Send(
      AnswerPin{.call = entered->call, .request = entered->request, .verdict = PinVerdict::kWrong});
  EXPECT_EQ(callee.TransferAnswer(), 404);
  callee.Press('*');
  callee.Press('9');
  EXPECT_EQ(Next<CallCommanded>()->command, KeypadCommand::kToggleHand) << "still in the first";

  callee.Transfer("sip:123456789@127.0.0.1");
  entered = Next<PinEntered>();
  ASSERT_TRUE(entered);
  phones_->Send(ClosePhoneRoom{.room = RoomId(1)});
  admit(entered->request, 2);
  EXPECT_EQ(callee.TransferAnswer(), 200);
  callee.Press('*');
  callee.Press('6');
  EXPECT_EQ(Next<CallCommanded>()->command, KeypadCommand::kToggleMute);
  callee.Transfer("sip:123456789@example.org");
  EXPECT_EQ(callee.TransferAnswer(), 603) << "not a room of ours";
  callee.HangUp();
  EXPECT_EQ(Next<PhoneCallEnded>()->call, confirmed->call);
}

TEST_F(DialOutTest, WhoeverWaitsToBeLetInHearsMusic) {
  const auto music = std::filesystem::temp_directory_path() /
                     ("parley_music." + std::to_string(getpid()) + ".wav");
  // A second of a square wave of 16,000, 8 kHz: half as loud as it is played.
  std::vector<uint8_t> wav = {'R', 'I', 'F',  'F',  0xA4, 0x3E, 0,    0,    'W',  'A', 'V',
                              'E', 'f', 'm',  't',  ' ',  16,   0,    0,    0,    1,   0,
                              1,   0,   0x40, 0x1F, 0,    0,    0x80, 0x3E, 0,    0,   2,
                              0,   16,  0,    'd',  'a',  't',  'a',  0x80, 0x3E, 0,   0};
  for (int i = 0; i < 8000; ++i) {
    const auto sample = static_cast<uint16_t>(i % 20 < 10 ? 16'000 : -16'000);
    wav.push_back(static_cast<uint8_t>(sample));
    wav.push_back(static_cast<uint8_t>(sample >> 8));
  }
  std::ofstream(music, std::ios::binary)
      .write(reinterpret_cast<const char*>(wav.data()), static_cast<std::streamsize>(wav.size()));
  Callee callee;
  Start(callee.port(), music);
  Dial(1, "+442079460199");
  callee.Press('1');
  const auto confirmed = Next<DialConfirmed>();
  std::filesystem::remove(music);
  ASSERT_TRUE(confirmed);
  phones_->Send(AnswerPin{
      .call = confirmed->call, .request = confirmed->request, .verdict = PinVerdict::kWaitForHost});
  EXPECT_TRUE(callee.Hears(5000, 12'000));
  phones_->Send(TellCall{.call = confirmed->call, .notice = PhoneNotice::kHostArrived});
  phones_->Send(OpenPhoneRoom{.room = RoomId(1), .listener = TransportId(1), .seats = {}});
  phones_->Send(AdmitCall{.call = confirmed->call,
                          .request = confirmed->request,
                          .room = RoomId(1),
                          .worker = WorkerIndex(0),
                          .transport = TransportId(2),
                          .source = SourceId(1),
                          .ssrc = Ssrc(1),
                          .payload_type = PayloadType(111)});
  EXPECT_TRUE(callee.Hears(0, 500)) << "the room is silent";
}

// Nobody here wrote sipp: its own answering scenario takes the call, and our BYE.
TEST_F(DialOutTest, SippAnswersAndIsHungUp) {
  if (!std::filesystem::exists("/usr/bin/sipp")) GTEST_SKIP() << "sipp is not installed";
  const auto port = static_cast<uint16_t>(20'000 + getpid() % 10'000);
  std::vector<std::string> words = {
      "sipp", "-sn", "uas",      "-i",       "127.0.0.1", "-p", std::to_string(port),
      "-m",   "1",   "-nostdin", "-timeout", "60"};
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&files, 1, 2);
  pid_t pid = 0;
  ASSERT_EQ(posix_spawnp(&pid, argv[0], &files, nullptr, argv.data(), environ), 0);
  posix_spawn_file_actions_destroy(&files);
  Start(port);
  Dial(1, "+442079460199");
  EXPECT_EQ(NextProgress(), DialProgress::kRinging);
  EXPECT_EQ(NextProgress(), DialProgress::kAnswered);
  phones_->Send(CancelDial{.dial = DialId(1)});
  EXPECT_EQ(NextProgress(), DialProgress::kCancelled);
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace parley
