// A webinar on a Parley that runs already: few on stage with microphone and camera, many who watch,
// all through real signaling. Prints one JSON object of how long things took and what they cost.
//
//   webinar --port P --pid PID --room NAME --host-token JWT --attendee-token JWT
//           [--stage 3] [--attendees 500] [--seconds 5] [--signaling-only]

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/load/client_loop.h"
#include "bench/load/crowd.h"
#include "bench/load/process_cost.h"
#include "bench/load/publisher.h"
#include "tests/client/json_text.h"
#include "tests/client/test_answer.h"
#include "tests/client/test_offer.h"
#include "tests/client/test_peer.h"

namespace parley::bench {
namespace {

using test::JsonText;
using test::Quoted;

// That many joins are under way at once.
constexpr size_t kWindow = 16;
constexpr int kRounds = 20;
constexpr Duration kWarmUp = Duration::Millis(1500);

struct Options {
  uint16_t port = 0;
  pid_t pid = 0;
  std::string room, host_token, attendee_token;
  uint32_t stage = 3;
  uint32_t attendees = 500;
  double seconds = 5;
  bool signaling_only = false;
};

struct Person {
  bool on_stage = false;
  std::string id;
  test::TestOffer offer;
  std::unique_ptr<test::TestPeer> peer;
  std::optional<Publisher> publisher;
  test::TransportSequence sequence;
  Timestamp asked;
  Timestamp joined = Timestamp::Never();
};

double Millis(Duration duration) { return static_cast<double>(duration.us()) / 1000; }

void PrintPercentiles(const char* name, std::vector<Duration>& times) {
  std::ranges::sort(times);
  const auto at = [&](size_t percent) {
    return times.empty() ? 0.0
                         : Millis(times[std::min(times.size() - 1, times.size() * percent / 100)]);
  };
  std::printf(",\"%s\":{\"count\":%zu,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f}", name,
              times.size(), at(50), at(99), at(100));
}

class Webinar {
 public:
  explicit Webinar(const Options& options) : options_(options), crowd_(options.port) {
    crowd_.on_message = [this](size_t member, std::string_view message) {
      HandleMessage(member, message);
    };
  }

  void Run() {
    for (uint32_t i = 0; i < options_.stage; ++i) Ask(true);
    Await("the stage", [this] { return AllIn(); });
    std::printf("{\"attendees\":%u", options_.attendees);
    JoinAll();
    if (!options_.signaling_only) Watch();
    Chat("chat", 0);
    if (options_.signaling_only) Chat("chat_while_joining", 100);
    if (!options_.signaling_only) Promote();
    std::printf("}\n");
  }

 private:
  void Ask(bool on_stage) {
    const size_t number = people_.size();
    auto person = std::make_unique<Person>();
    person->on_stage = on_stage;
    std::string offer;
    if (!options_.signaling_only) {
      person->peer = std::make_unique<test::TestPeer>(identity_, 100 + number);
      // Attendees offer a microphone and a camera too: for the day they are called on stage.
      person->offer = test::TestOffer::Meeting(true, true, 1, 3, on_stage ? 0 : 3,
                                               static_cast<uint32_t>(1000 + 10 * number));
      person->offer.transport_cc = false;
      offer = ",\"offer\":" + Quoted(person->offer.ToSdp(person->peer->local_ice(),
                                                         person->peer->fingerprints()[0]));
    }
    person->asked = ClientLoop::Now();
    people_.push_back(std::move(person));
    ++asked_;
    crowd_.Add(R"({"id":1,"type":"join","data":{"client":"load","room":)" + Quoted(options_.room) +
               ",\"token\":" + Quoted(on_stage ? options_.host_token : options_.attendee_token) +
               ",\"name\":\"Person " + std::to_string(number) + "\",\"publish\":" +
               (on_stage && !options_.signaling_only ? R"(["microphone","camera"])" : "[]") +
               offer + "}}");
  }

  void HandleMessage(size_t member, std::string_view message) {
    Person& person = *people_[member];
    const Timestamp now = ClientLoop::Now();
    if (person.joined == Timestamp::Never()) {
      if (message.starts_with("{\"id\":1,")) Enter(person, std::string(message), now);
    } else if (!awaited_.empty() && message.find(awaited_) != std::string_view::npos) {
      times_.push_back(now - sent_);
    } else if (member == promoted_ && message.starts_with(R"({"type":"role")")) {
      crowd_.Send(member, R"({"id":2,"type":"publish","data":{"source":"microphone","on":true}})");
    } else if (member == promoted_ && message.starts_with("{\"id\":2,")) {
      times_.push_back(now - sent_);
    }
    if (message.find(R"("type":"error")") != std::string_view::npos) {
      std::fprintf(stderr, "load: refused: %.*s\n", static_cast<int>(message.size()),
                   message.data());
      std::exit(1);
    }
  }

  void Enter(Person& person, const std::string& result, Timestamp now) {
    person.joined = now;
    person.id = JsonText(result, "data.participant");
    ++in_;
    if (!person.peer) return;
    const auto answer = test::TestAnswer::Parse(JsonText(result, "data.answer"));
    if (!answer) {
      std::fprintf(stderr, "load: no answer: %s\n", result.c_str());
      std::exit(1);
    }
    test::TestPeer::Remote remote = answer->ToRemote();
    std::erase_if(remote.candidates, [](const SocketAddress& a) { return !a.is_v4(); });
    person.peer->on_rtp = [this](std::span<const uint8_t>, Timestamp) { ++received_; };
    person.peer->Connect(std::move(remote), now);
    loop_.Add(*person.peer);
    if (!person.on_stage) return;
    person.publisher.emplace(loop_, *person.peer, media_, person.offer, person.sequence);
    person.peer->on_rtcp = [&person](std::span<const uint8_t> datagram, Timestamp) {
      person.publisher->HandleRtcp(datagram);
    };
  }

  bool AllIn() const {
    return in_ == asked_ && std::ranges::all_of(people_, [](const auto& person) {
             return !person->peer || person->peer->connected();
           });
  }

  template <class Done>
  void Await(const char* what, const Done& done) {
    for (const Timestamp end = ClientLoop::Now() + Duration::Seconds(60); !done();) {
      if (ClientLoop::Now() > end) {
        std::fprintf(stderr, "load: %s took over a minute\n", what);
        std::exit(1);
      }
      RunOnce(Duration::Millis(1));
    }
  }

  void RunOnce(Duration limit) {
    if (options_.signaling_only) {
      crowd_.RunOnce(limit);
      return;
    }
    loop_.RunOnce(Duration::Zero());
    crowd_.RunOnce(Duration::Zero());
  }

  void JoinAll() {
    const int64_t cpu = CpuNsOf(options_.pid);
    const int64_t memory = ResidentBytesOf(options_.pid);
    const Timestamp began = ClientLoop::Now();
    const size_t before = people_.size();
    while (people_.size() < before + options_.attendees) {
      if (asked_ - in_ < kWindow) Ask(false);
      RunOnce(Duration::Millis(1));
    }
    Await("joining", [this] { return AllIn(); });
    const double seconds = Millis(ClientLoop::Now() - began) / 1000;
    std::vector<Duration> times;
    for (size_t i = before; i < people_.size(); ++i) {
      times.push_back(people_[i]->joined - people_[i]->asked);
    }
    std::printf(
        ",\"joins_per_second\":%.1f,\"join_cpu_ms\":%.3f,\"memory_kib\":%.1f",
        options_.attendees / seconds,
        static_cast<double>(CpuNsOf(options_.pid) - cpu) / 1e6 / options_.attendees,
        static_cast<double>(ResidentBytesOf(options_.pid) - memory) / 1024 / options_.attendees);
    PrintPercentiles("join", times);
  }

  // All on stage speak; the first one's picture is sent as well, and everyone sees it.
  uint64_t Play(Duration duration) {
    uint64_t sent = 0;
    for (const Timestamp end = ClientLoop::Now() + duration; ClientLoop::Now() < end;) {
      const Timestamp now = ClientLoop::Now();
      for (const auto& person : people_) {
        if (!person->on_stage) break;
        sent += person->publisher->SendDue(person == people_.front() ? Media::kBoth : Media::kAudio,
                                           now);
      }
      RunOnce(Duration::Zero());
    }
    for (const Timestamp end = ClientLoop::Now() + Duration::Millis(200);
         ClientLoop::Now() < end;) {
      RunOnce(Duration::Zero());
    }
    return sent;
  }

  void Watch() {
    loop_.set_awake(true);
    Play(kWarmUp);
    const uint64_t received = received_, lost = Lost();
    const int64_t cpu = CpuNsOf(options_.pid);
    Play(Duration::Micros(static_cast<int64_t>(options_.seconds * 1e6)));
    const double load = static_cast<double>(CpuNsOf(options_.pid) - cpu) / 1e9 / options_.seconds;
    std::printf(",\"packets\":%lu,\"lost\":%lu,\"cores\":%.3f,\"cpu_us_per_attendee_second\":%.1f",
                received_ - received, Lost() - lost, load, load * 1e6 / options_.attendees);
  }

  // By sequence numbers, in all streams of all.
  uint64_t Lost() const {
    uint64_t sum = 0;
    for (const auto& person : people_) sum += person->peer->lost();
    return sum;
  }

  // How long until each has what a host writes, while so many more a second join.
  void Chat(const char* name, uint32_t joins_per_second) {
    times_.clear();
    std::vector<Duration> all;
    const size_t crowd = people_.size();
    const Timestamp began = ClientLoop::Now();
    for (int round = 0; round < kRounds; ++round) {
      times_.clear();
      awaited_ = "Round " + std::to_string(round) + " of " + name;
      sent_ = ClientLoop::Now();
      // Whoever comes meanwhile may have it too.
      crowd_.Send(0, R"({"id":)" + std::to_string(100 + round) +
                         R"(,"type":"chat","data":{"text":)" + Quoted(awaited_) + "}}");
      const Timestamp next = sent_ + Duration::Millis(200);
      Await("a message", [&] {
        const auto due =
            static_cast<size_t>((ClientLoop::Now() - began).us() * joins_per_second / 1'000'000);
        if (people_.size() < crowd + due) Ask(false);
        return times_.size() >= crowd && ClientLoop::Now() >= next;
      });
      all.insert(all.end(), times_.begin(), times_.end());
    }
    awaited_.clear();
    Await("late joiners", [this] { return AllIn(); });
    PrintPercentiles(name, all);
  }

  // From the host's word until one who was called on stage may speak: role told, microphone on.
  void Promote() {
    std::vector<Duration> all;
    for (int round = 0; round < kRounds; ++round) {
      promoted_ = options_.stage + static_cast<size_t>(round);
      times_.clear();
      sent_ = ClientLoop::Now();
      crowd_.Send(0, R"({"id":)" + std::to_string(200 + round) +
                         R"(,"type":"role","data":{"role":"panelist","participant":)" +
                         Quoted(people_[promoted_]->id) + "}}");
      Await("a promotion", [&] { return !times_.empty(); });
      all.push_back(times_.front());
    }
    promoted_ = 0;
    PrintPercentiles("promotion", all);
  }

  const Options options_;
  const test::TestIdentity identity_;
  const PublishedMedia media_ = PublishedMedia::Load();
  Crowd crowd_;
  ClientLoop loop_;
  std::vector<std::unique_ptr<Person>> people_;
  size_t asked_ = 0;
  size_t in_ = 0;
  uint64_t received_ = 0;
  std::string awaited_;  // what a chat message holds whose arrival is timed
  size_t promoted_ = 0;  // whose answers are timed; 0: nobody's
  Timestamp sent_;
  std::vector<Duration> times_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("A webinar of synthetic clients on a running Parley");
  app.add_option("--port", options.port, "its plain HTTP port on 127.0.0.1")->required();
  app.add_option("--pid", options.pid, "its process, whose cost is measured")->required();
  app.add_option("--room", options.room)->required();
  app.add_option("--host-token", options.host_token)->required();
  app.add_option("--attendee-token", options.attendee_token)->required();
  app.add_option("--stage", options.stage)->check(CLI::Range(1, 10));
  app.add_option("--attendees", options.attendees)->check(CLI::Range(20, 10'000));
  app.add_option("--seconds", options.seconds)->check(CLI::Range(0.1, 3600.0));
  app.add_flag("--signaling-only", options.signaling_only, "nobody has a peer connection");
  CLI11_PARSE(app, argc, argv);
  Webinar(options).Run();
  return 0;
}

}  // namespace
}  // namespace parley::bench

int main(int argc, char** argv) { return parley::bench::Main(argc, argv); }
