#pragma once

// A whole signaling side over a fake media port and a fake clock: rooms, sessions of several
// clients, tokens. Each client keeps the state that it was told, so that a test can ask whether all
// of them and the server agree.

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/passcode_guard.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/session.h"
#include "signaling/session/token_verifier.h"
#include "signaling/session/whip_endpoint.h"
#include "tests/signaling/fake_media_port.h"
#include "tests/signaling/sample_offer.h"

namespace parley::test {

// Keeps what a store would keep.
class MemoryStore final : public RoomStore {
 public:
  void Save(const RoomRecord& record) override { records_[record.name] = record; }
  void Forget(const std::string& name) override { records_.erase(name); }
  void SaveRow(FeatureRow row) override;
  void ForgetRow(const std::string& room, std::string_view feature, std::string_view key) override;
  std::vector<RoomRecord> All() const;
  std::vector<FeatureRow> AllRows() const;
  std::vector<FeatureRow> RowsOf(std::string_view feature) const;
  void SaveReport(StoredReport report) override { reports_.push_back(std::move(report)); }
  // In the order in which the meetings ended.
  const std::vector<StoredReport>& reports() const { return reports_; }

 private:
  std::map<std::string, RoomRecord> records_;
  std::map<std::string, FeatureRow> rows_;  // by room, feature and key
  std::vector<StoredReport> reports_;
};

// Tokens are words: "host", "panelist", "attendee", "camera-only", and any of them with "@ROOM" or
// "#SUBJECT" behind it; "expired"; everything else is invalid.
class WordTokens final : public TokenVerifier {
 public:
  std::expected<Grants, Error> Verify(std::string_view token, WallTime now) const override;
};

class Meeting;

// What a client knows of its room.
struct KnownRoom {
  uint64_t version = 0;
  std::map<std::string, std::string> participants;  // by id: JSON without `quality`
  std::vector<std::string> chat;                    // JSON
  std::string recording;                            // JSON
  bool operator==(const KnownRoom&) const = default;
};

class Client final : public SessionSink {
 public:
  Client(Meeting& meeting, const SocketAddress& address);
  ~Client() override;

  // Sends a request and returns the answer's `data`, or null after an error.
  const rapidjson::Value* Ask(const std::string& type, const std::string& data = "{}");
  // Sends a request and returns the error's code, or "ok".
  std::string Refusal(const std::string& type, const std::string& data = "{}");
  // Of the last answer that was an error.
  const rapidjson::Value& error() const { return error_; }
  void SendText(std::string_view text);

  // As a browser would: with `offer` in the given shape. Returns whether it went well.
  bool Join(const std::string& room, const std::string& credential, const std::string& name,
            const std::optional<OfferShape>& shape = OfferShape(),
            const std::string& publish = R"(["microphone","camera"])");
  bool Resume(const std::string& token, const std::optional<OfferShape>& shape = std::nullopt,
              const std::string& publish = {});
  // What it says of itself when it joins.
  void set_instance(std::string instance) { instance_ = std::move(instance); }
  // What it joins with.
  void set_passcode(std::string passcode) { passcode_ = std::move(passcode); }
  // The socket is gone.
  void Lose();

  // By what it was told of itself.
  bool is_attendee() const;
  // In the room by an open socket.
  bool attached() const { return session_ && !close_code_ && !id_.empty(); }
  const std::string& id() const { return id_; }
  const std::string& resume_token() const { return resume_; }
  uint32_t source(const std::string& kind) const { return sources_.at(kind); }
  bool has_source(const std::string& kind) const { return sources_.contains(kind); }
  TransportId transport() const;
  std::optional<CloseCode> close_code() const { return close_code_; }
  const KnownRoom& known() const { return known_; }
  // The last `slots` (or the snapshot's map), and how many came.
  const rapidjson::Document& map() const { return map_; }
  int maps_seen() const { return maps_seen_; }
  // What the map's video slots carry: slot to source.
  std::map<int, uint32_t> shown() const;
  std::string slot_state(uint32_t source) const;
  // Events of a type since the last call, as JSON of their data.
  std::vector<std::string> Take(const std::string& event_type);
  const rapidjson::Document& last_result() const { return result_; }

  // SessionSink
  void Send(std::string_view message) override;
  void Close(CloseCode code, std::string_view reason) override;

 private:
  void Learn(const rapidjson::Document& event);
  void LearnSnapshot(const rapidjson::Value& room);
  void LearnParticipants(const rapidjson::Value& participants);
  void LearnMap(const rapidjson::Value& map);
  bool Entered(const rapidjson::Value* data);

  Meeting& meeting_;
  std::unique_ptr<Session> session_;
  int next_id_ = 1;
  std::map<int, std::string> open_requests_;  // id to type
  bool answered_ = false;
  rapidjson::Document result_;
  rapidjson::Document error_;
  std::string id_;
  std::string resume_;
  std::string instance_;
  std::string passcode_;
  std::map<std::string, uint32_t> sources_;
  std::optional<CloseCode> close_code_;
  KnownRoom known_;
  rapidjson::Document map_;
  int64_t map_epoch_ = -1;
  int maps_seen_ = 0;
  std::map<std::string, std::vector<std::string>> events_;
};

class Meeting {
 public:
  explicit Meeting(Limits limits = {}, int workers = 2, const RoomOptions& options = {});
  ~Meeting();

  Now now() const { return now_; }
  // Moves the clock in steps, as the loop would.
  void Pass(Duration time);
  // A new client, from an address of its own unless one is given.
  Client& NewClient(const std::string& ip = {});
  // A client that is in the room.
  Client& Joined(const std::string& name, const std::string& token = "panelist",
                 const OfferShape& shape = {},
                 const std::string& publish =
                     "[\"microphone\","
                     "\"camera\"]");
  // Everything but the store and the clients' memory is made anew.
  void RestartServer();

  Room& room() { return *rooms->Find(room_name); }
  // The server's own account of the room, for somebody new or for that client.
  KnownRoom Truth(const Client* viewer = nullptr);
  // Every client that is in agrees with the server.
  void ExpectAgreement();
  void Report(const Event& event) { rooms->HandleEvents(std::span(&event, 1), now_); }
  void ReportSpeakers(int worker, std::vector<uint32_t> seats, uint32_t dominant);

  Limits limits;
  std::unique_ptr<FakeMediaPort> media;
  MemoryStore store;
  SeededRandom random{20261123};
  WordTokens tokens;
  NegotiatorConfig negotiation;
  std::unique_ptr<RoomRegistry> rooms;
  std::unique_ptr<JoinLimiter> joins;
  std::unique_ptr<PasscodeGuard> passcodes;
  std::unique_ptr<ResumeTokens> resume_tokens;
  std::unique_ptr<SessionContext> context;
  std::unique_ptr<WhipEndpoint> whip;
  std::string room_name;
  std::string invite;
  std::string stage_invite;  // of a webinar

 private:
  void StartServer();

  Now now_{Timestamp::Seconds(1000), WallTime::UnixMicros(1'700'000'000'000'000)};
  int workers_;
  uint64_t run_ = 0;
  int next_address_ = 1;
  std::vector<std::unique_ptr<Client>> clients_;
};

// JSON text of a value.
std::string Text(const rapidjson::Value& value);
std::string Quote(std::string_view text);

}  // namespace parley::test
