#include "mixer/phone/phone_thread.h"

#include <pthread.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <thread>
#include <utility>

#include "mixer/net/asio_address.h"
#include "mixer/phone/tick_clock.h"
#include "sfu/base/log.h"
#include "sfu/base/spsc_ring.h"
#include "sfu/transport/dtls_certificate.h"
#include "sfu/transport/dtls_context.h"

namespace parley {
namespace {

constexpr uint64_t kTicksPerSound = 50;  // what walks all calls, once a second
constexpr size_t kCommands = 1024;
constexpr size_t kEvents = 1024;

WallTime WallNow() {
  return WallTime::UnixMicros(std::chrono::duration_cast<std::chrono::microseconds>(
                                  std::chrono::system_clock::now().time_since_epoch())
                                  .count());
}

PhoneThreadConfig WithFingerprint(PhoneThreadConfig config, const DtlsIdentity& identity) {
  const DtlsFingerprint& ours = identity.fingerprints().front();
  config.switchboard.fingerprint = SdpFingerprint{ours.algorithm, ours.digest};
  config.agent.audio.fingerprint = config.switchboard.fingerprint;
  return config;
}

}  // namespace

// Made by the signaling thread before the phone thread runs and destroyed after it ended. In
// between what is not said to be the signaling thread's is the phone thread's.
class PhoneThread::Loop {
 public:
  Loop(const PhoneThreadConfig& config, const DtlsIdentity& identity, LocalMediaPort& media,
       std::function<void()> wake)
      : config_(WithFingerprint(config, identity)),
        media_(media),
        wake_(std::move(wake)),
        dtls_(identity),
        switchboard_(config_.switchboard, prompts_, media, random_, dtls_),
        timer_(io_),
        clock_(sip::SteadyNow()) {}

  ~Loop() { Stop(); }

  std::expected<void, std::string> Open() {
    auto endpoint = sip::SipEndpoint::Open(io_, config_.sip, config_.agent, random_,
                                           [this](const sip::AgentEvent& event) {
                                             switchboard_.HandleAgentEvent(event, sip::SteadyNow());
                                           });
    if (!endpoint) return std::unexpected(endpoint.error());
    endpoint_ = std::move(*endpoint);
    switchboard_.Attach(*endpoint_);
    udp_port_ = endpoint_->local().udp_port;
    return {};
  }

  void Start() {
    thread_ = std::thread([this] { Run(); });
  }

  void Stop() {
    if (!thread_.joinable()) return;
    boost::asio::post(io_, [this] {
      endpoint_->Stop();
      io_.stop();
    });
    thread_.join();
  }

  // ---- The signaling thread's

  void Send(PhoneCommand command) {
    waiting_commands_.push_back(std::move(command));
    PassCommands();
  }

  void PollEvents(std::vector<PhoneEvent>& out) {
    events_.ConsumeBatch(kEvents, [&](PhoneEvent&& event) { out.push_back(std::move(event)); });
    PassCommands();
  }

  const PhoneMetrics& metrics() const { return metrics_; }
  uint16_t udp_port() const { return udp_port_; }

 private:
  // The signaling thread's.
  void PassCommands() {
    while (!waiting_commands_.empty() && commands_.TryPush(std::move(waiting_commands_.front()))) {
      waiting_commands_.pop_front();
    }
  }

  void Run() {
    pthread_setname_np(pthread_self(), "parley-phones");
    PacketPool::Scope owner(media_.pool());
    prompts_ = PromptLibrary::Load(config_.prompts);
    for (const std::string& prompt : prompts_.missing()) {
      LogWarning("prompt_missing", {{"prompt", prompt}});
    }
    LogInfo("phones_ready", {{"port", udp_port_}});
    clock_ = TickClock(sip::SteadyNow());
    SetTimer();
    io_.run();
  }

  void SetTimer() {
    timer_.expires_at(
        std::chrono::steady_clock::time_point(std::chrono::microseconds(clock_.next().us())));
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (error) return;
      Tick();
      SetTimer();
    });
  }

  void Tick() {
    const Timestamp now = sip::SteadyNow();
    clock_.HandleTick(now);
    commands_.ConsumeBatch(
        kCommands, [&](PhoneCommand&& command) { switchboard_.HandleCommand(command, now); });
    switchboard_.Tick(now, WallNow());
    DeliverEvents();
    Count();
  }

  void DeliverEvents() {
    switchboard_.TakeEvents(waiting_events_);
    bool pushed = false;
    while (!waiting_events_.empty() && events_.TryPush(std::move(waiting_events_.front()))) {
      waiting_events_.pop_front();
      pushed = true;
    }
    if (pushed) wake_();
  }

  void Count() {
    const Switchboard::Counts& counts = switchboard_.counts();
    const sip::AgentCounters& agent = endpoint_->agent().counters();
    metrics_.calls.Set(switchboard_.call_count());
    metrics_.rooms.Set(switchboard_.room_count());
    metrics_.trunks_registered.Set(counts.trunks_registered);
    metrics_.trunks_down.Set(counts.trunks_down);
    metrics_.calls_answered.Set(counts.answered);
    metrics_.calls_dialled.Set(counts.dialled);
    metrics_.unknown_numbers.Set(counts.unknown_numbers);
    metrics_.refused_full.Set(counts.refused_full + counts.no_port);
    metrics_.sip_malformed.Set(agent.malformed);
    metrics_.sip_strangers_dropped.Set(agent.strangers_dropped);
    metrics_.sip_authentication_failures.Set(endpoint_->agent().authentication_failures());
    metrics_.ticks.Add();
    if (metrics_.ticks.value() % kTicksPerSound == 0) CountSound();
    metrics_.ticks_late.Set(clock_.late());
    metrics_.ticks_skipped.Set(clock_.skipped());
  }

  void CountSound() {
    const SoundCounts sound = switchboard_.CountSound();
    metrics_.sound_played_ms.Set(sound.played_ms);
    metrics_.sound_mended_ms.Set(sound.mended_ms);
    metrics_.sound_concealed_ms.Set(sound.concealed_ms);
    metrics_.packets_waited.Set(sound.waited_packets);
    metrics_.packets_waited_ms.Set(sound.waited_ms);
    const CallScores& scores = switchboard_.scores();
    metrics_.calls_scored.Set(scores.calls);
    metrics_.calls_scored_hundredths.Set(scores.hundredths);
    metrics_.calls_scored_below_403.Set(scores.below[0]);
    metrics_.calls_scored_below_360.Set(scores.below[1]);
    metrics_.calls_scored_below_310.Set(scores.below[2]);
    metrics_.calls_scored_below_258.Set(scores.below[3]);
    metrics_.lowest_mos_hundredths.Set(static_cast<uint64_t>(100 * switchboard_.LowestScore()));
  }

  const PhoneThreadConfig config_;
  LocalMediaPort& media_;
  const std::function<void()> wake_;
  SpscRing<PhoneCommand> commands_{kCommands};
  SpscRing<PhoneEvent> events_{kEvents};
  std::deque<PhoneCommand> waiting_commands_;  // the signaling thread's
  uint16_t udp_port_ = 0;                      // constant once the thread runs
  PhoneMetrics metrics_;

  boost::asio::io_context io_{1};
  SystemRandom random_;
  PromptLibrary prompts_;
  DtlsContext dtls_;
  Switchboard switchboard_;
  std::unique_ptr<sip::SipEndpoint> endpoint_;
  boost::asio::steady_timer timer_;
  TickClock clock_;
  std::deque<PhoneEvent> waiting_events_;
  std::thread thread_;
};

std::expected<std::unique_ptr<PhoneThread>, std::string> PhoneThread::Start(
    const PhoneThreadConfig& config, const DtlsIdentity& identity, LocalMediaPort& media,
    std::function<void()> wake) {
  auto loop = std::make_unique<Loop>(config, identity, media, std::move(wake));
  if (auto opened = loop->Open(); !opened) return std::unexpected(opened.error());
  loop->Start();
  return std::unique_ptr<PhoneThread>(new PhoneThread(std::move(loop)));
}

PhoneThread::PhoneThread(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
PhoneThread::~PhoneThread() { Stop(); }

void PhoneThread::Send(PhoneCommand command) { loop_->Send(std::move(command)); }
void PhoneThread::PollEvents(std::vector<PhoneEvent>& out) { loop_->PollEvents(out); }
const PhoneMetrics& PhoneThread::metrics() const { return loop_->metrics(); }
uint16_t PhoneThread::udp_port() const { return loop_->udp_port(); }
void PhoneThread::Stop() { loop_->Stop(); }

}  // namespace parley
