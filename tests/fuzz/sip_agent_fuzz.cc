// A user agent in the hands of a hostile peer: messages with our tags and branches filled in, time,
// commands. It stays within its bounds, and with time everything ends.
//
// Input: chunks ended by a line "--". The first character says what a chunk is: 't' time passes
// (the next character says how much), 'c' a command (the next says which), else a message, in which
// "@T" stands for our last tag, "@B" for our last branch, "@C" for our last Call-ID, "@F" for our
// last From tag, and line ends are made CRLF.

#include <string>
#include <string_view>

#include "mixer/sip/user_agent.h"
#include "tests/fuzz/fuzz_check.h"

using namespace parley;
using namespace parley::sip;

namespace {

constexpr size_t kMaxChunks = 64;

class Bench {
 public:
  Bench() : agent_(Config(), random_) { agent_.SetTrunkServers(0, {flow_}, now_); }

  void Say(std::string_view chunk) {
    std::string text;
    for (size_t i = 0; i < chunk.size(); ++i) {
      if (chunk[i] == '@' && i + 1 < chunk.size()) {
        const char what = chunk[++i];
        text += what == 'T' ? tag_ : what == 'B' ? branch_ : what == 'C' ? call_id_ : from_tag_;
      } else {
        if (chunk[i] == '\n' && !text.ends_with('\r')) text += '\r';
        text += chunk[i];
      }
    }
    agent_.HandleMessage(text, flow_, now_);
    Drain();
  }

  void Pass(char how) {
    const Timestamp end = now_ + Duration::Millis(int64_t{1} << (static_cast<uint8_t>(how) % 22));
    // A timer that does not move would hold time still.
    for (int turns = 0; agent_.NextTimeout() <= end; ++turns) {
      FUZZ_CHECK(turns < 100'000);
      now_ = std::max(now_, agent_.NextTimeout());
      agent_.HandleTimeout(now_);
      Drain();
    }
    now_ = end;
  }

  void Command(char which) {
    switch (static_cast<uint8_t>(which) % 10) {
      case 0:
        return agent_.Ring(call_, now_);
      case 1:
        return agent_.Progress(call_, Audio(), now_);
      case 2:
        return agent_.Accept(call_, Audio(), now_);
      case 3:
        return agent_.Reject(call_, 486, now_);
      case 4:
        return agent_.Hangup(call_, now_);
      case 5:
        return agent_.Hold(call_, true, now_);
      case 6:
        return agent_.Refer(call_, Uri::Sip("x", "y"), now_);
      case 7:
        return agent_.AnswerRefer(call_, 200, now_);
      case 8:
        call_ = agent_.Invite(0, "123", Audio(), now_);
        return;
      default:
        return agent_.HandleTransportFailure(flow_, now_);
    }
  }

  void Drain() {
    while (const auto out = agent_.PollOutput()) Look(out->bytes);
    while (const auto event = agent_.PollEvent()) {
      if (const auto* incoming = std::get_if<IncomingCall>(&*event)) call_ = incoming->call;
    }
    FUZZ_CHECK(agent_.live_calls() <= Config().limits.calls);
    FUZZ_CHECK(agent_.calls() <= Config().limits.calls + Config().limits.ended_calls);
  }

  void End() {
    agent_.Stop(now_);
    Drain();
    for (int i = 0; i < 8; ++i) Pass(18);  // 262 s each
    FUZZ_CHECK(agent_.calls() == 0);
    FUZZ_CHECK(agent_.NextTimeout().IsNever());
  }

 private:
  static AudioOptions Audio() {
    AudioOptions audio;
    audio.rtp = SocketAddress::V4({192, 0, 2, 1}, 20'000);
    return audio;
  }
  static AgentConfig Config() {
    AgentConfig config;
    config.limits.calls = 4;
    config.limits.ended_calls = 4;
    TrunkConfig trunk;
    trunk.domain = "trunk.example.com";
    trunk.user = "us";
    trunk.credentials = Credentials{"realm", "us", "secret"};
    config.trunks = {trunk};
    return config;
  }

  // What we say is always well formed, and what a peer would answer with is kept.
  void Look(const std::string& bytes) {
    const auto raw = RawMessage::Parse(bytes);
    if (!raw) {
      FUZZ_CHECK(bytes.size() > kMaxHeaderBytes);
      return;
    }
    const auto message = Message::Parse(*raw);
    // A 400 gives back what was wrong.
    if (!message) {
      FUZZ_CHECK(!raw->is_request);
      return;
    }
    branch_ = message->top_via().branch();
    call_id_ = message->call_id;
    if (message->is_request()) {
      from_tag_ = message->from.tag();
    } else if (!message->to.tag().empty()) {
      tag_ = message->to.tag();
    }
  }

  SeededRandom random_{1};
  Timestamp now_ = Timestamp::Seconds(1'000);
  const Flow flow_{TransportKind::kUdp, SocketAddress::V4({203, 0, 113, 5}, 5060), ""};
  UserAgent agent_;
  CallId call_;
  std::string tag_ = "none";
  std::string branch_ = "z9hG4bKnone";
  std::string call_id_ = "none";
  std::string from_tag_ = "none";
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string_view input(reinterpret_cast<const char*>(data), size);
  Bench bench;
  for (size_t chunks = 0; !input.empty() && chunks < kMaxChunks; ++chunks) {
    const size_t end = input.find("--\n");
    const std::string_view chunk = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 3);
    if (chunk.size() >= 2 && chunk[0] == 't') {
      bench.Pass(chunk[1]);
    } else if (chunk.size() >= 2 && chunk[0] == 'c') {
      bench.Command(chunk[1]);
      bench.Drain();
    } else {
      bench.Say(chunk);
    }
  }
  bench.End();
  return 0;
}
