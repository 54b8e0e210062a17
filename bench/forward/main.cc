// What forwarding costs: meetings on loopback, server and clients in processes of their own
// (meeting.h). Prints one JSON row per figure; see bench/README.md.

#include <sched.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "bench/forward/meeting.h"
#include "sfu/base/check.h"
#include "sfu/transport/srtp_session.h"

namespace parley::bench {
namespace {

constexpr double kCpuTarget = 1.5;        // times the limit
constexpr double kCrossTarget = 1.15;     // times the single-core figure
constexpr double kJoinedTarget = 0.7;     // times the same, sent one by one
constexpr double kFeedbackTarget = 1.25;  // times the same without
constexpr double kGrowthTarget = 1.1;     // a participant's cost among 100 and among 20
constexpr double kP50TargetUs = 300;
constexpr double kP99TargetUs = 1500;
constexpr double kMemoryTargetKib = 100;
constexpr double kJoinTargetMs = 0.7;
constexpr double kIdleTarget = 0.5;  // percent of a core
constexpr double kSilentTarget = 3;

void Row(const std::string& name, std::string_view metric, double value, std::string_view unit,
         std::optional<double> limit, std::optional<double> target) {
  const auto number = [](std::optional<double> v) {
    char text[32];
    snprintf(text, sizeof text, "%.4g", v.value_or(0));
    return v ? std::string(text) : std::string("null");
  };
  printf(
      "{\"bench\": \"forward\", \"case\": \"%s\", \"metric\": \"%.*s\", \"value\": %.6g, "
      "\"unit\": \"%.*s\", \"limit\": %s, \"target\": %s, \"ok\": %s}\n",
      name.c_str(), static_cast<int>(metric.size()), metric.data(), value,
      static_cast<int>(unit.size()), unit.data(), number(limit).c_str(), number(target).c_str(),
      !target || value <= *target ? "true" : "false");
  fflush(stdout);
}

class Bench {
 public:
  Bench(bool quick, std::string_view only)
      : quick_(quick), duration_(Duration::Millis(quick ? 1400 : 12'000)), only_(only) {
    InitSrtp();
    auto identity = DtlsIdentity::Generate(DtlsCertificate::Kind::kEcdsaP256, time(nullptr));
    PARLEY_CHECK(identity.has_value());
    identity_.emplace(std::move(*identity));
    sched_getaffinity(0, sizeof all_cpus_, &all_cpus_);
  }

  void RunAll() {
    for (const uint32_t subscribers : {10u, 50u, 100u, 200u, 500u}) {
      if (!quick_ || (subscribers != 50 && subscribers != 200)) Fan(subscribers);
    }
    OneByOne();
    Feedback();
    Delay();
    OtherCore();
    Gallery();
    Microphones();
    Joins();
    Idle();
  }

 private:
  bool Wanted(std::string_view name) const { return name.find(only_) != std::string_view::npos; }

  std::unique_ptr<Meeting> Open(const Setup& setup) {
    sched_setaffinity(0, sizeof all_cpus_, &all_cpus_);
    return std::make_unique<Meeting>(setup, clients_, *identity_);
  }

  void Common(const std::string& name, const Phase& phase, uint64_t expected) {
    Row(name, "packets lost",
        static_cast<double>(expected > phase.received ? expected - phase.received : 0), "packets",
        std::nullopt, 0);
    InOrder(name, phase);
    Row(name, "allocations per packet",
        phase.allocations / static_cast<double>(std::max<uint64_t>(phase.received, 1)), "",
        std::nullopt, 0);
  }

  void InOrder(const std::string& name, const Phase& phase) {
    Row(name, "wrong packets", static_cast<double>(phase.checked.wrong()),
        "of " + std::to_string(phase.checked.packets), std::nullopt, 0);
  }

  // One publisher, N subscribers, one worker.
  void Fan(uint32_t subscribers) {
    const std::string name = "1 -> " + std::to_string(subscribers);
    if (!Wanted(name)) return;
    const auto meeting = Open({});
    meeting->Join(1);
    const int64_t before = meeting->ResidentBytes();
    meeting->Join(subscribers);
    for (const Media media : {Media::kVideo, Media::kAudio}) {
      const bool video = media == Media::kVideo;
      const std::string title = name + (video ? ", video" : ", audio");
      const double limit = meeting->LimitNs(video ? kVideoSize : kAudioSize);
      const Phase phase = meeting->Publish(media, duration_);
      const double cpu = phase.cpu_ns_per_packet();
      if (subscribers == 100) (video ? video_at_100_ : audio_at_100_) = cpu;
      // With few subscribers it is the turn that costs, not the packet.
      const std::optional<double> target =
          subscribers >= 100 ? std::optional(kCpuTarget * limit) : std::nullopt;
      Row(title, "server cpu per packet", cpu, "ns", limit, target);
      if (!video) {
        const double sparse = meeting->SparseLimitNs(kAudioSize, subscribers);
        Row(title, "cpu against rounds of 20 ms", cpu, "ns", sparse, std::nullopt);
      }
      Row(title, "delay p50", phase.p50_us, "us", std::nullopt, std::nullopt);
      Row(title, "delay p99", phase.p99_us, "us", std::nullopt, std::nullopt);
      Common(title, phase, phase.sent * subscribers);
    }
    const double kib = static_cast<double>(meeting->ResidentBytes() - before) / 1024 / subscribers;
    Row(name, "memory per subscriber", kib, "KiB", std::nullopt,
        subscribers >= 100 ? std::optional(kMemoryTargetKib) : std::nullopt);
  }

  // Frames joined into runs against the same frames packet by packet.
  void OneByOne() {
    const std::string name = "1 -> 100, video frames";
    if (!Wanted(name)) return;
    std::array<double, 2> cpu{};
    for (const bool join : {false, true}) {
      const auto meeting = Open({.join_datagrams = join});
      meeting->Join(1);
      meeting->Join(100);
      cpu[join] = meeting->Publish(Media::kVideo, duration_).cpu_ns_per_packet();
      Row(name + (join ? "" : ", one by one"), "server cpu per packet", cpu[join], "ns",
          join ? std::optional(cpu[false]) : std::nullopt,
          join ? std::optional(kJoinedTarget * cpu[false]) : std::nullopt);
    }
  }

  // Numbered, estimated and paced, with feedback as browsers give it, against none of that.
  void Feedback() {
    const std::string name = "1 -> 100, feedback";
    if (!Wanted(name)) return;
    std::array<double, 2> cpu{};
    for (const bool feedback : {false, true}) {
      const auto meeting = Open({.feedback = feedback});
      meeting->Join(1);
      meeting->Join(100);
      // Until the estimates are above what is sent.
      meeting->Publish(Media::kVideo, Duration::Seconds(4));
      const Phase phase = meeting->Publish(Media::kVideo, duration_);
      cpu[feedback] = phase.cpu_ns_per_packet();
      const std::string title = feedback ? name : "1 -> 100, no feedback";
      Row(title, "server cpu per packet", cpu[feedback], "ns",
          feedback ? std::optional(cpu[false]) : std::nullopt,
          feedback ? std::optional(kFeedbackTarget * cpu[false]) : std::nullopt);
      Row(title, "delay p50", phase.p50_us, "us", std::nullopt, std::nullopt);
      Row(title, "delay p99", phase.p99_us, "us", std::nullopt, std::nullopt);
      Common(title, phase, phase.sent * 100);
    }
  }

  void Delay() {
    const std::string name = "1 -> 200, delay";
    if (!Wanted(name)) return;
    const auto meeting = Open({});
    meeting->Join(1);
    meeting->Join(200);
    for (const Media media : {Media::kPacedVideo, Media::kAudio, Media::kBoth}) {
      const bool video = media == Media::kPacedVideo;
      const std::string title = name + (video                    ? ", paced video"
                                        : media == Media::kAudio ? ", audio"
                                                                 : ", audio beside video");
      // How long the tight loop's copies of a burst wait for those before them.
      const double burst_us = (video ? kPacerBurst : 1) * 200 *
                              meeting->LimitNs(video ? kVideoSize : kAudioSize) / 1000;
      const Phase phase = meeting->Publish(media, duration_);
      // Asked of what is not paced; how long a picture is on its way hangs on who sends it.
      const auto target = [video](double us) { return video ? std::nullopt : std::optional(us); };
      Row(title, "delay p50", phase.p50_us, "us", 0.5 * burst_us, target(kP50TargetUs));
      Row(title, "delay p99", phase.p99_us, "us", 0.99 * burst_us, target(kP99TargetUs));
      Row(title, "server cpu per packet", phase.cpu_ns_per_packet(), "ns", std::nullopt,
          std::nullopt);
      Common(title, phase, phase.sent * 200);
    }
  }

  // The subscribers on another core than the publisher; the clients share it.
  void OtherCore() {
    const std::string name = "1 -> 100 on the other core";
    if (!Wanted(name)) return;
    const auto meeting = Open({.workers = 2, .subscriber_worker = 1});
    meeting->Join(1);
    meeting->Join(100);
    for (const Media media : {Media::kVideo, Media::kAudio}) {
      const bool video = media == Media::kVideo;
      const Phase phase = meeting->Publish(media, duration_);
      const double single = video ? video_at_100_ : audio_at_100_;
      Row(name + (video ? ", video" : ", audio"), "server cpu per packet",
          phase.cpu_ns_per_packet(), "ns", single > 0 ? std::optional(single) : std::nullopt,
          single > 0 ? std::optional(kCrossTarget * single) : std::nullopt);
      Common(name + (video ? ", video" : ", audio"), phase, phase.sent * 100);
    }
  }

  // Everybody sees everybody else.
  void Gallery() {
    const std::string name = std::to_string(kGallery) + " x " + std::to_string(kGallery);
    if (!Wanted(name)) return;
    const auto meeting = Open({.gallery = true});
    meeting->Join(kGallery);
    const double limit = meeting->LimitNs(kVideoSize);
    const Phase phase = meeting->ShowAll(duration_);
    Row(name, "server cpu per packet", phase.cpu_ns_per_packet(), "ns", limit, kCpuTarget * limit);
    Row(name, "cpu per participant", 1000 * phase.load() / kGallery, "ms/s", std::nullopt,
        std::nullopt);
    Row(name, "delay p50", phase.p50_us, "us", std::nullopt, std::nullopt);
    Row(name, "delay p99", phase.p99_us, "us", std::nullopt, std::nullopt);
    Common(name, phase, phase.sent * (kGallery - 1));
  }

  // Everybody's microphone is open: the loudest three are forwarded.
  void Microphones() {
    const std::string name = "open microphones";
    if (!Wanted(name)) return;
    std::optional<double> among_20;
    for (const uint32_t members : {20u, 100u}) {
      const auto meeting = Open({.open_microphones = true});
      meeting->Join(members);
      const Phase phase = meeting->Talk(duration_);
      const std::string title = std::to_string(members) + " " + name;
      const double per_member = 1000 * phase.load() / members;
      Row(title, "cpu per participant", per_member, "ms/s", among_20,
          among_20 ? std::optional(kGrowthTarget * *among_20) : std::nullopt);
      if (!among_20) among_20 = per_member;
      const double streams =
          static_cast<double>(phase.received) / (static_cast<double>(phase.sent) / members);
      Row(title, "streams forwarded", streams, "", std::nullopt, 3.0 * members);
      Row(title, "server cpu per packet", phase.cpu_ns_per_packet(), "ns", std::nullopt,
          std::nullopt);
      InOrder(title, phase);
      Row(title, "allocations per packet",
          phase.allocations / static_cast<double>(std::max<uint64_t>(phase.received, 1)), "",
          std::nullopt, 0);
    }
  }

  // What a join costs without signaling; bench/peers has it with.
  void Joins() {
    constexpr uint32_t kJoins = 200;
    const std::string name = "joins";
    if (!Wanted(name)) return;
    const auto meeting = Open({});
    meeting->Join(1);
    const double limit = meeting->HandshakeNs();
    Row(name, "cpu per join, no signaling", meeting->Join(kJoins) / kJoins / 1e6, "ms", limit / 1e6,
        kJoinTargetMs);
  }

  void Idle() {
    const std::string name = "idle";
    if (!Wanted(name)) return;
    const auto meeting = Open({});
    Row("idle", "load of a core", 100 * meeting->Wait(duration_).load(), "%", std::nullopt,
        kIdleTarget);
    meeting->Join(1001);
    Row("idle, 1,000 silent subscribers", "load of a core", 100 * meeting->Wait(duration_).load(),
        "%", std::nullopt, kSilentTarget);
  }

  const bool quick_;
  const Duration duration_;
  const std::string only_;
  const test::TestIdentity clients_;
  std::optional<DtlsIdentity> identity_;
  cpu_set_t all_cpus_;
  double video_at_100_ = 0;
  double audio_at_100_ = 0;
};

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) {
  bool quick = false;
  std::string_view only;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--quick") quick = true;
    if (argument.starts_with("--case=")) only = argument.substr(7);
  }
  parley::bench::Bench(quick, only).RunAll();
  return 0;
}
