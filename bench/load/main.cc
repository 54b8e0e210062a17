// Synthetic WebRTC clients for a server that runs already: one publishes, the others watch, by the
// server's own signaling. Prints one JSON object of what it cost the server and what arrived.
//
//   load --server parley --port P --pid PID --room NAME --invite SECRET [--feedback]
//   load --server janus --port P --pid PID
//        [--subscribers 100] [--seconds 5] [--media video|paced-video|audio]...

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bench/load/client_loop.h"
#include "bench/load/conference.h"
#include "bench/load/process_cost.h"
#include "bench/load/publisher.h"
#include "bench/load/watcher_check.h"
#include "sfu/base/check.h"
#include "tests/client/test_peer.h"
#include "tests/client/twcc_feedback.h"

namespace parley::bench {
namespace {

// Past the server's first reports, the first key frame and, with feedback, the first estimates.
constexpr Duration kWarmUp = Duration::Millis(1500);
constexpr Duration kFeedbackWarmUp = Duration::Seconds(5);
constexpr Duration kFeedbackPoll = Duration::Millis(5);

struct Options {
  std::string server = "parley";
  uint16_t port = 0;
  pid_t pid = 0;
  std::string room, invite;
  std::string address = "127.0.0.1";
  bool feedback = false;
  uint32_t subscribers = 100;
  double seconds = 5;
  std::vector<std::string> media = {"video", "audio"};
};

struct Watcher {
  Watcher(const test::TestIdentity& identity, uint64_t seed, bool gives_feedback)
      : peer(identity, seed),
        feedback(gives_feedback ? test::kTestExtensions.transport_cc : uint8_t{0}, Ssrc(1)) {}
  test::TestPeer peer;
  test::TwccFeedback feedback;
  std::optional<WatcherCheck> check;  // of one in WatcherCheck::kOneOf
};

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options),
        offer_(test::TestOffer::Meeting(true, true, 1, 0, 0, 1000)),
        publishing_peer_(identity_, 1),
        loop_(*SocketAddress::Parse(options.address, 0)) {
    conference_ =
        options.server == "janus"
            ? MakeJanusConference(options.port)
            : MakeParleyConference(options.port, options.room, options.invite, options.feedback);
  }

  void Run() {
    const SocketAddress local = loop_.Add(publishing_peer_);
    Connect(publishing_peer_, conference_->Publish(publishing_peer_, local, offer_));
    expected_.sources = conference_->Sources();
    Await();
    MakePublisher();
    Drive(Media::kBoth, kWarmUp);  // Janus knows a publisher only when its media flows
    std::printf("{\"server\":\"%s\",\"subscribers\":%u", options_.server.c_str(),
                options_.subscribers);
    // What only the first one costs is no cost of joining.
    Join(1);
    Drive(Media::kVideo, kWarmUp);
    const int64_t memory = ResidentBytesOf(options_.pid);
    const int64_t cpu = CpuNsOf(options_.pid);
    const Timestamp began = ClientLoop::Now();
    Join(options_.subscribers - 1);
    const double joins = options_.subscribers - 1;
    std::printf(",\"join_cpu_ms\":%.4f,\"joins_per_second\":%.1f,\"srtp\":\"%s\"",
                static_cast<double>(CpuNsOf(options_.pid) - cpu) / 1e6 / joins,
                joins / (static_cast<double>((ClientLoop::Now() - began).us()) / 1e6), Profile());
    for (const std::string& medium : options_.media) Measure(medium);
    std::printf(",\"memory_kib\":%.1f}\n",
                static_cast<double>(ResidentBytesOf(options_.pid) - memory) / 1024 / joins);
  }

 private:
  void Connect(test::TestPeer& peer, const test::TestAnswer& answer) {
    test::TestPeer::Remote remote = answer.ToRemote();
    std::erase_if(remote.candidates, [](const SocketAddress& a) { return !a.is_v4(); });
    peer.Connect(std::move(remote), ClientLoop::Now());
    peers_.push_back(&peer);
  }

  void Await() {
    const bool all =
        loop_.RunUntil([&] { return std::ranges::all_of(peers_, &test::TestPeer::connected); },
                       Duration::Seconds(60));
    if (all) return;
    std::fprintf(stderr, "load: not everybody was connected within a minute\n");
    std::exit(1);
  }

  void MakePublisher() {
    publisher_.emplace(loop_, publishing_peer_, media_, offer_, sequence_);
    publishing_peer_.on_rtcp = [this](std::span<const uint8_t> datagram, Timestamp) {
      publisher_->HandleRtcp(datagram);
    };
  }

  void Join(uint32_t count) {
    loop_.set_awake(false);
    for (uint32_t i = 0; i < count; ++i) {
      watchers_.push_back(
          std::make_unique<Watcher>(identity_, 100 + watchers_.size(), options_.feedback));
      Watcher& watcher = *watchers_.back();
      if (watchers_.size() % WatcherCheck::kOneOf == 1) watcher.check.emplace(expected_);
      watcher.peer.on_rtp = [this, &watcher](std::span<const uint8_t> packet, Timestamp) {
        Note(watcher, packet);
      };
      const SocketAddress local = loop_.Add(watcher.peer);
      Connect(watcher.peer, conference_->Watch(watcher.peer, local));
      loop_.RunOnce(Duration::Zero());
    }
    Await();
    loop_.set_awake(true);
  }

  void Measure(const std::string& medium) {
    const Media media = medium == "audio"         ? Media::kAudio
                        : medium == "paced-video" ? Media::kPacedVideo
                                                  : Media::kVideo;
    Drive(media, options_.feedback ? kFeedbackWarmUp : kWarmUp);
    delays_.clear();
    const uint64_t before = received_;
    const uint64_t lost = Lost();
    const test::StreamCheck::Counts checked_before = Checked();
    const int64_t cpu = CpuNsOf(options_.pid);
    const uint64_t sent =
        Drive(media, Duration::Micros(static_cast<int64_t>(options_.seconds * 1e6)));
    const double cost = static_cast<double>(CpuNsOf(options_.pid) - cpu);
    const uint64_t received = received_ - before;
    const test::StreamCheck::Counts checked = CheckedSince(checked_before, Checked());
    std::ranges::sort(delays_);
    const auto percentile = [&](size_t p) {
      return delays_.empty() ? 0.0 : static_cast<double>(delays_[delays_.size() * p / 100]) / 1000;
    };
    std::printf(
        ",\"%s\":{\"sent\":%lu,\"received\":%lu,\"missing\":%ld,\"gaps\":%lu,"
        "\"cpu_ns_per_packet\":%.1f,\"delay_p50_us\":%.1f,\"delay_p99_us\":%.1f,"
        "\"cpu_share\":%.4f,\"checked\":%lu,\"wrong\":%lu,\"out_of_order\":%lu,"
        "\"duplicates\":%lu,\"wrong_timestamps\":%lu,\"no_key_frame\":%lu,\"wrong_source\":%lu}",
        medium.c_str(), sent, received,
        static_cast<int64_t>(sent * options_.subscribers) - static_cast<int64_t>(received),
        Lost() - lost, cost / static_cast<double>(std::max<uint64_t>(received, 1)), percentile(50),
        percentile(99), cost / 1e9 / options_.seconds, checked.packets, checked.wrong(),
        checked.reordered, checked.duplicates, checked.wrong_timestamps, checked.no_key_frame,
        checked.wrong_source);
  }

  uint64_t Drive(Media media, Duration duration) {
    const Timestamp end = ClientLoop::Now() + duration;
    uint64_t sent = 0;
    for (Timestamp now = ClientLoop::Now(); now < end; now = ClientLoop::Now()) {
      sent += publisher_->SendDue(media, now);
      RunOnce(std::clamp(publisher_->NextTime() - ClientLoop::Now(), Duration::Zero(),
                         Duration::Millis(2)));
    }
    // What is still under way.
    for (const Timestamp late = ClientLoop::Now() + Duration::Millis(100);
         ClientLoop::Now() < late;) {
      RunOnce(Duration::Millis(2));
    }
    return sent;
  }

  void RunOnce(Duration limit) {
    loop_.RunOnce(limit);
    if (!options_.feedback) return;
    const Timestamp now = Timestamp::Micros(ClientLoop::SystemNowNs() / 1000);
    if (now < next_feedback_) return;
    next_feedback_ = now + kFeedbackPoll;
    for (const auto& watcher : watchers_) watcher->feedback.Poll(watcher->peer, now);
  }

  void Note(Watcher& watcher, std::span<const uint8_t> packet) {
    const auto rtp = RtpView::Parse(packet);
    if (!rtp) return;
    const Timestamp arrival = Timestamp::Micros(loop_.arrival_ns() / 1000);
    watcher.feedback.HandleRtp(*rtp, arrival);
    if (watcher.check) watcher.check->HandleRtp(*rtp, arrival);
    const auto sent = publisher_->SentAtNs(*rtp);
    if (!sent) return;
    ++received_;
    delays_.push_back(loop_.arrival_ns() - *sent);
  }

  // In all streams of those who are looked at.
  test::StreamCheck::Counts Checked() const {
    test::StreamCheck::Counts sum;
    for (const auto& watcher : watchers_) {
      if (watcher->check) sum += watcher->check->counts();
    }
    return sum;
  }

  // By sequence numbers, in all streams of all who watch.
  uint64_t Lost() const {
    uint64_t sum = 0;
    for (const auto& watcher : watchers_) sum += watcher->peer.lost();
    return sum;
  }

  const char* Profile() {
    switch (watchers_.front()->peer.srtp()->profile()) {
      case SrtpProfile::kAeadAes128Gcm:
        return "AES-128-GCM";
      case SrtpProfile::kAeadAes256Gcm:
        return "AES-256-GCM";
      case SrtpProfile::kAes128CmHmacSha1_80:
        return "AES-CM-80";
    }
    return "";
  }

  const Options options_;
  const test::TestIdentity identity_;
  std::unique_ptr<Conference> conference_;
  const test::TestOffer offer_;
  const PublishedMedia media_ = PublishedMedia::Load();
  test::TestPeer publishing_peer_;
  test::StreamCheck::Expected expected_ = WatcherCheck::Expected();
  std::vector<std::unique_ptr<Watcher>> watchers_;
  std::vector<test::TestPeer*> peers_;
  ClientLoop loop_;
  test::TransportSequence sequence_;
  std::optional<Publisher> publisher_;
  std::vector<int64_t> delays_;
  uint64_t received_ = 0;
  Timestamp next_feedback_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Synthetic WebRTC clients against a running server");
  app.add_option("--server", options.server)->check(CLI::IsMember({"parley", "janus"}));
  app.add_option("--port", options.port, "its plain HTTP port on 127.0.0.1")->required();
  app.add_option("--pid", options.pid, "its process, whose cost is measured")->required();
  app.add_option("--room", options.room);
  app.add_option("--invite", options.invite);
  app.add_option("--address", options.address, "of the clients' own sockets")
      ->check([](const std::string& text) {
        const auto parsed = SocketAddress::Parse(text, 0);
        return parsed && parsed->is_v4() ? "" : "no IPv4 address";
      });
  app.add_flag("--feedback", options.feedback, "transport-wide feedback from who watches");
  app.add_option("--subscribers", options.subscribers)->check(CLI::Range(2, 10'000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 3600.0));
  app.add_option("--media", options.media)->check(CLI::IsMember({"video", "paced-video", "audio"}));
  CLI11_PARSE(app, argc, argv);
  Load(options).Run();
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) { return parley::bench::Main(argc, argv); }
