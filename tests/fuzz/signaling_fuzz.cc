// Signaling as its clients could misuse it: lines of text are messages of four clients, lost
// sockets, time that passes and reports of the workers. Whatever comes, each readable request gets
// one answer, what is sent is JSON, nothing is sent after a close, and the workers are left with
// nothing when all is over.
//
// A line starts with what happens: '0'..'3' a message of that client; 'x' and a digit: its socket
// is lost; 't' and a digit: seconds pass; 'e', then a letter and digits: an event of a worker. In
// messages @O stands for an offer, @R for the latest resume token, @P for the latest participant.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sfu/base/random.h"
#include "sfu/port/media_port.h"
#include "signaling/features/all_features.h"
#include "signaling/protocol/parse_request.h"
#include "signaling/protocol/strict_json.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/passcode_guard.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/session.h"
#include "signaling/session/token_verifier.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/signaling/sample_offer.h"

using namespace parley;

namespace {

constexpr size_t kMaxLines = 60;

class CountingMediaPort final : public MediaPort {
 public:
  int worker_count() const override { return 2; }
  void Send(WorkerIndex worker, Command command) override {
    FUZZ_CHECK(worker.value() < 2);
    if (const auto* c = std::get_if<CreateTransport>(&command)) {
      FUZZ_CHECK(transports.insert(c->transport).second);
    }
    if (const auto* c = std::get_if<CloseTransport>(&command)) {
      FUZZ_CHECK(transports.erase(c->transport) == 1);
    }
    if (const auto* c = std::get_if<SetSlot>(&command)) {
      FUZZ_CHECK(transports.contains(c->transport));
      FUZZ_CHECK(c->source == SourceId() || sources.contains(c->source));
    }
    if (worker.value() != 0) return;  // the rest goes to all alike
    if (std::holds_alternative<OpenRoom>(command)) ++rooms;
    if (std::holds_alternative<CloseRoom>(command)) --rooms;
    if (const auto* c = std::get_if<AddSource>(&command)) {
      FUZZ_CHECK(transports.contains(c->transport) && sources.insert(c->source).second);
    }
    if (const auto* c = std::get_if<RemoveSource>(&command)) {
      FUZZ_CHECK(sources.erase(c->source) == 1);
    }
  }
  const std::vector<Candidate>& candidates(WorkerIndex) const override { return candidates_; }
  Duration cpu_time(WorkerIndex) const override { return {}; }
  const std::vector<DtlsFingerprint>& fingerprints() const override { return fingerprints_; }

  int rooms = 0;
  std::set<TransportId> transports;
  std::set<SourceId> sources;

 private:
  const std::vector<Candidate> candidates_ = {
      {.address = SocketAddress::V4({192, 0, 2, 1}, 4000), .tcp = false}};
  const std::vector<DtlsFingerprint> fingerprints_ = {
      {.algorithm = "sha-256", .digest = std::vector<uint8_t>(32, 1)}};
};

class NoStore final : public RoomStore {
 public:
  void Save(const RoomRecord&) override {}
  void Forget(const std::string&) override {}
};

// "host", "panelist" and "attendee" are tokens.
class RoleTokens final : public TokenVerifier {
 public:
  std::expected<Grants, Error> Verify(std::string_view token, WallTime now) const override {
    const auto role = ParseRole(token);
    if (!role) return std::unexpected(Error::Of(ErrorCode::kTokenInvalid));
    return Grants{.room = "*",
                  .role = *role,
                  .name = {},
                  .publish = DefaultPublish(*role),
                  .create_rooms = false,
                  .expires_at = now};
  }
};

struct Hints {
  std::string resume;
  std::string participant;
};

class Client final : public SessionSink {
 public:
  Client(SessionContext& context, Hints& hints)
      : session_(context, *this, SocketAddress::V4({192, 0, 2, 9}, 1)), hints_(hints) {}

  void Say(const std::string& text, Now now, const Limits& limits) {
    const auto request =
        ParseRequest(text, {.bytes = limits.message_bytes, .depth = limits.json_depth}, {});
    const bool was_closed = closed_;
    answers_ = 0;
    session_.HandleMessage(text, now);
    FUZZ_CHECK(answers_ == (was_closed ? 0 : 1));
    if (!request && request.error().close && !was_closed) FUZZ_CHECK(closed_);
  }
  void Lose(Now now) { session_.HandleClosed(now); }
  bool closed() const { return closed_; }

  void Send(std::string_view message) override {
    FUZZ_CHECK(!closed_);
    rapidjson::Document document;
    const JsonBounds unbounded{.bytes = SIZE_MAX, .depth = 64};
    FUZZ_CHECK(ParseStrictJson(message, unbounded, document) == JsonFault::kNone);
    const std::string_view type = document["type"].GetString();
    if (type == "result" || type == "error") ++answers_;
    if (type == "result" && document["data"].HasMember("room")) {
      hints_.resume = document["data"]["resume"].GetString();
      hints_.participant = document["data"]["participant"].GetString();
    }
  }
  void Close(CloseCode, std::string_view) override {
    FUZZ_CHECK(!closed_);
    closed_ = true;
  }

 private:
  Session session_;
  Hints& hints_;
  int answers_ = 0;
  bool closed_ = false;
};

std::string Replaced(std::string_view line, const Hints& hints) {
  static const std::string offer = [] {
    std::string escaped;
    for (const char c : test::MakeOffer({.sends = test::kEverySource, .audio_slots = 4})) {
      if (c == '\r') {
        escaped += "\\r";
      } else if (c == '\n') {
        escaped += "\\n";
      } else {
        escaped += c;
      }
    }
    return escaped;
  }();
  std::string text;
  for (size_t i = 0; i < line.size(); ++i) {
    const char what = line[i] == '@' && i + 1 < line.size() ? line[i + 1] : 0;
    if (what == 'O') {
      text += offer;
    } else if (what == 'R') {
      text += hints.resume;
    } else if (what == 'P') {
      text += hints.participant;
    } else {
      text += line[i];
      continue;
    }
    ++i;
  }
  return text;
}

Event EventFrom(std::string_view line) {
  const auto number = [&](size_t i) {
    return i < line.size() ? static_cast<uint8_t>(line[i]) % 32u : 1u;
  };
  const TransportId transport(number(1));
  switch (line.empty() ? ' ' : line[0]) {
    case 'c':
      return TransportConnected{.transport = transport, .tcp = false};
    case 'd':
      return TransportDisconnected{.transport = transport,
                                   .reason = TransportDisconnected::Reason::kConsentExpired};
    case 's': {
      SpeakersChanged speakers;
      speakers.worker = WorkerIndex(static_cast<uint8_t>(number(1)));
      speakers.room = RoomId(1);
      for (size_t i = 0; i < kSpeakerSeats; ++i) speakers.seats[i] = SourceId(number(2 + i));
      speakers.dominant = SourceId(number(5));
      return speakers;
    }
    case 'q': {
      TransportStats stats;
      stats.transport = transport;
      stats.uplink_loss = static_cast<float>(number(2)) / 32;
      return stats;
    }
    default:
      return SlotSwitched{.transport = transport,
                          .slot = static_cast<uint8_t>(number(2)),
                          .epoch = number(3),
                          .source = SourceId(number(4)),
                          .state = static_cast<SlotSwitched::State>(number(5) % 3),
                          .limited = number(5) % 2 == 1};
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Limits limits;
  limits.message_burst = 40;
  CountingMediaPort media;
  {
    NoStore store;
    SeededRandom random(1);
    RoleTokens tokens;
    NegotiatorConfig negotiation;
    RoomRegistry rooms(media, store, random, limits, AllFeatures());
    rooms.Restore({{.name = "fuzz-room",
                    .title = "",
                    .invite = "open",
                    .pin = "1234567890",
                    .meeting = 1,
                    .created_at = {}}});
    JoinLimiter joins(limits);
    PasscodeGuard passcodes;
    const ResumeTokens resume_tokens({}, 1, limits.resume_token_life);
    SessionContext context{.rooms = rooms,
                           .tokens = tokens,
                           .resume_tokens = resume_tokens,
                           .joins = joins,
                           .passcodes = passcodes,
                           .random = random,
                           .limits = limits,
                           .negotiation = negotiation};
    Now now{Timestamp::Seconds(1), WallTime::UnixMicros(1'000'000'000)};
    Hints hints;
    std::array<std::unique_ptr<Client>, 4> clients;
    const auto client = [&](char digit) -> std::unique_ptr<Client>& {
      return clients[static_cast<uint8_t>(digit) % 4u];
    };

    std::string_view input(reinterpret_cast<const char*>(data), size);
    for (size_t lines = 0; !input.empty() && lines < kMaxLines; ++lines) {
      const size_t end = std::min(input.find('\n'), input.size());
      const std::string_view line = input.substr(0, end);
      input.remove_prefix(std::min(end + 1, input.size()));
      if (line.size() < 2) continue;
      const std::string_view rest = line.substr(1);
      if (line[0] == 'x') {
        if (auto& gone = client(rest[0])) {
          gone->Lose(now);
          gone.reset();
        }
      } else if (line[0] == 't') {
        const Duration passed = Duration::Seconds(8 * (static_cast<uint8_t>(rest[0]) % 10));
        now = {now.steady + passed, now.wall + passed};
        rooms.HandleTimeout(now);
      } else if (line[0] == 'e') {
        const Event event = EventFrom(rest);
        rooms.HandleEvents(std::span(&event, 1), now);
      } else {
        auto& speaker = client(line[0]);
        if (!speaker) speaker = std::make_unique<Client>(context, hints);
        speaker->Say(Replaced(rest, hints), now, limits);
      }
    }
    for (auto& each : clients) {
      if (each) each->Lose(now);
    }
  }
  FUZZ_CHECK(media.rooms == 0 && media.transports.empty() && media.sources.empty());
  return 0;
}
