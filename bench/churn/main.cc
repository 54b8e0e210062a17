// A meeting on a Parley that runs already, whose door never stands still: some stay, with one who
// publishes, and others come and go at a rate, each with a WebSocket and a peer connection of its
// own. Prints one JSON object of what those who stayed lost and what the server kept.
//
//   churn --port P --pid PID --room NAME --invite SECRET
//         [--staying 20] [--rate 200] [--seconds 60]

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bench/load/client_loop.h"
#include "bench/load/crowd.h"
#include "bench/load/process_cost.h"
#include "bench/load/publisher.h"
#include "bench/load/watcher_check.h"
#include "tests/client/json_text.h"
#include "tests/client/test_answer.h"
#include "tests/client/test_offer.h"
#include "tests/client/test_peer.h"

namespace parley::bench {
namespace {

using test::JsonText;
using test::Quoted;

// That many joins are under way at once, at most: a server that is behind is not run over.
constexpr size_t kWindow = 64;
// Who comes again and again: the report of the meeting holds a row for each.
constexpr size_t kPersons = 500;
// From being connected until leaving.
constexpr Duration kStay = Duration::Millis(200);
constexpr Duration kWarmUp = Duration::Seconds(2);
// After the last has left: what the server lets go of later than at once.
constexpr Duration kSettle = Duration::Seconds(6);
// Without a packet: nothing is under way any more.
constexpr Duration kQuiet = Duration::Seconds(1);

struct Options {
  uint16_t port = 0;
  pid_t pid = 0;
  std::string room, invite;
  uint32_t staying = 20;
  uint32_t rate = 200;
  double seconds = 60;
};

struct Person {
  test::TestOffer offer;
  std::unique_ptr<test::TestPeer> peer;
  bool stays = false;
  bool joined = false;
  Timestamp leaves = Timestamp::Never();
  std::optional<WatcherCheck> check;  // of who stays
};

class Churn {
 public:
  explicit Churn(const Options& options) : options_(options), crowd_(options.port) {
    crowd_.on_message = [this](size_t member, std::string_view message) {
      HandleMessage(member, message);
    };
  }

  void Run() {
    Ask(true, true);
    for (uint32_t i = 0; i < options_.staying; ++i) Ask(true, false);
    Await("those who stay", [this] { return AllConnected(); });
    loop_.set_awake(true);
    Play(kWarmUp);

    // The first come and go without being measured: what they make the server allocate it may keep
    // for the next.
    ComeAndGo(options_.seconds / 6);
    const uint64_t lost = Lost();
    const test::StreamCheck::Counts checked_before = Checked();
    const int64_t memory = ResidentBytesOf(options_.pid);
    peak_ = memory;
    const int64_t cpu = CpuNsOf(options_.pid);
    const Timestamp began = ClientLoop::Now();
    sent_ = received_ = 0;
    counted_from_ns_ = ClientLoop::SystemNowNs();
    const uint64_t came = ComeAndGo(options_.seconds);
    AwaitQuiet();
    const test::StreamCheck::Counts checked = CheckedSince(checked_before, Checked());
    const double seconds = static_cast<double>((done_coming_ - began).us()) / 1e6;
    const auto kib = [](int64_t bytes) { return static_cast<double>(bytes) / 1024; };
    std::printf(
        "{\"staying\":%u,\"joins\":%lu,\"joins_per_second\":%.1f,\"sent\":%lu,\"received\":%lu,"
        "\"lost\":%lu,\"wrong\":%lu,\"checked\":%lu,\"missing\":%ld,\"cpu_share\":%.4f,\"memory_"
        "before_kib\":%.0f,"
        "\"memory_peak_kib\":%.0f,\"memory_after_kib\":%.0f}\n",
        options_.staying, came, static_cast<double>(came) / seconds, sent_, received_,
        Lost() - lost, checked.wrong(), checked.packets,
        static_cast<int64_t>(sent_ * options_.staying) - static_cast<int64_t>(received_),
        static_cast<double>(CpuNsOf(options_.pid) - cpu) / 1e9 /
            (static_cast<double>((ClientLoop::Now() - began).us()) / 1e6),
        kib(memory), kib(peak_), kib(ResidentBytesOf(options_.pid)));
  }

 private:
  void Ask(bool stays, bool publishes) {
    auto person = std::make_unique<Person>();
    person->stays = stays;
    person->peer = std::make_unique<test::TestPeer>(identity_, 100 + crowd_.size());
    person->offer = publishes ? test::TestOffer::Meeting(true, true, 1, 0, 0, 1000)
                              : test::TestOffer::Meeting(false, false, 1, 3, 1, 1);
    person->offer.transport_cc = false;
    if (stays && !publishes) {
      person->check.emplace(expected_);
      person->peer->on_rtp = [this, &check = *person->check](std::span<const uint8_t> packet,
                                                             Timestamp) {
        const auto rtp = RtpView::Parse(packet);
        if (!rtp) return;
        check.HandleRtp(*rtp, Timestamp::Micros(loop_.arrival_ns() / 1000));
        const auto sent = publisher_ ? publisher_->SentAtNs(*rtp) : std::nullopt;
        if (sent && *sent >= counted_from_ns_) ++received_;
      };
    }
    const std::string sdp =
        person->offer.ToSdp(person->peer->local_ice(), person->peer->fingerprints()[0]);
    const size_t member =
        crowd_.Add(R"({"id":1,"type":"join","data":{"client":"load","room":)" +
                   Quoted(options_.room) + ",\"invite\":" + Quoted(options_.invite) +
                   ",\"name\":\"Person " + std::to_string(crowd_.size()) + "\",\"instance\":\"" +
                   std::to_string(crowd_.size() % kPersons) +
                   "\",\"publish\":" + (publishes ? R"(["microphone","camera"])" : "[]") +
                   ",\"offer\":" + Quoted(sdp) + "}}");
    people_[member] = std::move(person);
  }

  void HandleMessage(size_t member, std::string_view message) {
    const auto found = people_.find(member);
    if (message.find(R"("type":"error")") != std::string_view::npos) {
      std::fprintf(stderr, "load: refused: %.*s\n", static_cast<int>(message.size()),
                   message.data());
      std::exit(1);
    }
    if (found == people_.end() || found->second->joined || !message.starts_with("{\"id\":1,")) {
      return;
    }
    Person& person = *found->second;
    person.joined = true;
    const std::string result(message);
    const auto answer = test::TestAnswer::Parse(JsonText(result, "data.answer"));
    if (!answer) {
      std::fprintf(stderr, "load: no answer to join\n");
      std::exit(1);
    }
    test::TestPeer::Remote remote = answer->ToRemote();
    std::erase_if(remote.candidates, [](const SocketAddress& a) { return !a.is_v4(); });
    person.peer->Connect(std::move(remote), ClientLoop::Now());
    loop_.Add(*person.peer);
    if (member != 0) return;
    for (const char* source : {"data.sources.microphone", "data.sources.camera"}) {
      expected_.sources.insert(static_cast<uint32_t>(std::stoul(JsonText(result, source))));
    }
    publisher_.emplace(loop_, *person.peer, media_, person.offer, sequence_);
    person.peer->on_rtcp = [this](std::span<const uint8_t> datagram, Timestamp) {
      publisher_->HandleRtcp(datagram);
    };
  }

  bool AllConnected() const {
    return std::ranges::all_of(people_,
                               [](const auto& entry) { return entry.second->peer->connected(); });
  }

  void Receive() {
    loop_.RunOnce(Duration::Zero());
    crowd_.RunOnce(Duration::Zero());
  }

  void RunOnce() {
    Receive();
    if (publisher_) sent_ += publisher_->SendDue(Media::kBoth, ClientLoop::Now());
  }

  template <class Done>
  void Await(const char* what, const Done& done) {
    for (const Timestamp end = ClientLoop::Now() + Duration::Seconds(60); !done();) {
      if (ClientLoop::Now() > end) {
        std::fprintf(stderr, "load: %s took over a minute\n", what);
        std::exit(1);
      }
      RunOnce();
    }
  }

  void Play(Duration duration) {
    for (const Timestamp end = ClientLoop::Now() + duration; ClientLoop::Now() < end;) RunOnce();
  }

  // Nothing is sent any more, and what was has arrived or will not.
  void AwaitQuiet() {
    uint64_t received = received_;
    for (Timestamp since = ClientLoop::Now(); ClientLoop::Now() - since < kQuiet;) {
      Receive();
      if (received_ == received) continue;
      received = received_;
      since = ClientLoop::Now();
    }
  }

  // How many came, all of whom have left.
  uint64_t ComeAndGo(double seconds) {
    uint64_t came = 0;
    const Timestamp began = ClientLoop::Now();
    const Timestamp end = began + Duration::Micros(static_cast<int64_t>(seconds * 1e6));
    for (Timestamp now = began; now < end; now = ClientLoop::Now()) {
      const auto due = static_cast<uint64_t>((now - began).us()) * options_.rate / 1'000'000;
      if (came < due && on_the_way_ < kWindow) {
        Ask(false, false);
        ++on_the_way_;
        ++came;
      }
      RunOnce();
      SendHome();
    }
    done_coming_ = ClientLoop::Now();
    Await("the last to leave", [this] {
      SendHome();
      return people_.size() == 1 + options_.staying && crowd_.leaving() == 0;
    });
    Play(kSettle);
    return came;
  }

  // Whoever has been there long enough leaves.
  void SendHome() {
    const Timestamp now = ClientLoop::Now();
    if (now < next_look_) return;
    next_look_ = now + Duration::Millis(5);
    peak_ = std::max(peak_, ResidentBytesOf(options_.pid));
    for (auto it = people_.begin(); it != people_.end();) {
      auto& [member, person] = *it;
      const bool waits = person->stays || !person->peer->connected();
      if (!waits && person->leaves == Timestamp::Never()) {
        person->leaves = now + kStay;
        --on_the_way_;
      }
      if (waits || now < person->leaves) {
        ++it;
        continue;
      }
      crowd_.Leave(member, R"({"id":2,"type":"leave","data":{}})");
      loop_.Remove(*person->peer);
      it = people_.erase(it);
    }
  }

  // By sequence numbers, in all streams of those who stay.
  uint64_t Lost() const {
    uint64_t sum = 0;
    for (const auto& [member, person] : people_) {
      if (person->stays) sum += person->peer->lost();
    }
    return sum;
  }

  test::StreamCheck::Counts Checked() const {
    test::StreamCheck::Counts sum;
    for (const auto& [member, person] : people_) {
      if (person->check) sum += person->check->counts();
    }
    return sum;
  }

  const Options options_;
  const test::TestIdentity identity_;
  const PublishedMedia media_ = PublishedMedia::Load();
  Crowd crowd_;
  test::StreamCheck::Expected expected_ = WatcherCheck::Expected();
  std::map<size_t, std::unique_ptr<Person>> people_;  // by the crowd's numbers
  ClientLoop loop_;
  test::TransportSequence sequence_;
  std::optional<Publisher> publisher_;
  uint64_t sent_ = 0;
  uint64_t received_ = 0;        // of what was sent since:
  int64_t counted_from_ns_ = 0;  // on the system's clock
  size_t on_the_way_ = 0;        // asked, not connected yet
  int64_t peak_ = 0;
  Timestamp next_look_;
  Timestamp done_coming_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("People who come and go beside a meeting on a running Parley");
  app.add_option("--port", options.port, "its plain HTTP port on 127.0.0.1")->required();
  app.add_option("--pid", options.pid, "its process, whose cost is measured")->required();
  app.add_option("--room", options.room)->required();
  app.add_option("--invite", options.invite)->required();
  app.add_option("--staying", options.staying)->check(CLI::Range(1, 1000));
  app.add_option("--rate", options.rate, "joins and leaves per second")->check(CLI::Range(1, 1000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(1.0, 3600.0));
  CLI11_PARSE(app, argc, argv);
  Churn(options).Run();
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) { return parley::bench::Main(argc, argv); }
