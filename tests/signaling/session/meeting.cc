#include "tests/signaling/session/meeting.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

#include "signaling/features/all_features.h"
#include "signaling/protocol/write_message.h"
#include "signaling/room/permissions.h"
#include "tests/signaling/protocol_schema.h"

namespace parley::test {

std::string Text(const rapidjson::Value& value) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  return buffer.GetString();
}

std::string Quote(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return buffer.GetString();
}

std::vector<RoomRecord> MemoryStore::All() const {
  std::vector<RoomRecord> all;
  for (const auto& [name, record] : records_) all.push_back(record);
  return all;
}

void MemoryStore::SaveRow(FeatureRow row) {
  rows_[row.room + '/' + row.feature + '/' + row.key] = std::move(row);
}

void MemoryStore::ForgetRow(const std::string& room, std::string_view feature,
                            std::string_view key) {
  rows_.erase(room + '/' + std::string(feature) + '/' + std::string(key));
}

std::vector<FeatureRow> MemoryStore::AllRows() const {
  std::vector<FeatureRow> all;
  for (const auto& [key, row] : rows_) all.push_back(row);
  return all;
}

std::vector<FeatureRow> MemoryStore::RowsOf(std::string_view feature) const {
  auto rows = AllRows();
  std::erase_if(rows, [&](const FeatureRow& row) { return row.feature != feature; });
  return rows;
}

std::expected<Grants, Error> WordTokens::Verify(std::string_view token, WallTime now) const {
  if (token == "expired") return std::unexpected(Error::Of(ErrorCode::kTokenExpired));
  std::string subject;
  if (const size_t mark = token.find('#'); mark != std::string_view::npos) {
    subject = token.substr(mark + 1);
    token = token.substr(0, mark);
  }
  const size_t at = token.find('@');
  const std::string_view word = token.substr(0, at);
  Grants grants{.room = at == std::string_view::npos ? "*" : std::string(token.substr(at + 1)),
                .role = Role::kPanelist,
                .name = {},
                .subject = subject,
                .publish = {},
                .create_rooms = false,
                .expires_at = now + Duration::Seconds(600)};
  if (word == "camera-only") {
    grants.publish.set(IndexOf(SourceKind::kCamera));
    grants.name = "Camera";
    return grants;
  }
  const auto role = ParseRole(word);
  if (!role) return std::unexpected(Error::Of(ErrorCode::kTokenInvalid));
  grants.role = *role;
  grants.publish = DefaultPublish(*role);
  return grants;
}

Client::Client(Meeting& meeting, const SocketAddress& address)
    : meeting_(meeting), session_(std::make_unique<Session>(*meeting.context, *this, address)) {}

Client::~Client() { Lose(); }

void Client::SendText(std::string_view text) { session_->HandleMessage(text, meeting_.now()); }

const rapidjson::Value* Client::Ask(const std::string& type, const std::string& data) {
  const int id = next_id_++;
  open_requests_[id] = type;
  answered_ = false;
  SendText(R"({"id":)" + std::to_string(id) + R"(,"type":")" + type + R"(","data":)" + data +
           "}\n");
  EXPECT_TRUE(answered_) << type << " was not answered";
  EXPECT_TRUE(open_requests_.empty());
  return result_.IsObject() ? &result_["data"] : nullptr;
}

std::string Client::Refusal(const std::string& type, const std::string& data) {
  return Ask(type, data) ? "ok" : error_["code"].GetString();
}

bool Client::Join(const std::string& room, const std::string& credential, const std::string& name,
                  const std::optional<OfferShape>& shape, const std::string& publish) {
  std::string data = R"({"room":)" + Quote(room) + R"(,"name":)" + Quote(name);
  const bool invited =
      credential == meeting_.invite || (!credential.empty() && credential == meeting_.stage_invite);
  data += invited ? R"(,"invite":)" : R"(,"token":)";
  data += Quote(credential);
  if (!passcode_.empty()) data += R"(,"passcode":)" + Quote(passcode_);
  if (!instance_.empty()) data += R"(,"instance":)" + Quote(instance_);
  if (shape) data += R"(,"offer":)" + Quote(MakeOffer(*shape));
  data += R"(,"publish":)" + publish + "}";
  return Entered(Ask("join", data));
}

bool Client::Resume(const std::string& token, const std::optional<OfferShape>& shape,
                    const std::string& publish) {
  std::string data = R"({"resume":)" + Quote(token);
  if (shape) data += R"(,"offer":)" + Quote(MakeOffer(*shape));
  if (!publish.empty()) data += R"(,"publish":)" + publish;
  return Entered(Ask("resume", data + "}"));
}

bool Client::Entered(const rapidjson::Value* data) {
  if (!data) return false;
  if (data->HasMember("waiting")) {
    resume_ = (*data)["resume"].GetString();
    return true;
  }
  id_ = (*data)["participant"].GetString();
  resume_ = (*data)["resume"].GetString();
  sources_.clear();
  for (const auto& source : (*data)["sources"].GetObject()) {
    sources_[source.name.GetString()] = source.value.GetUint();
  }
  LearnSnapshot((*data)["room"]);
  return true;
}

void Client::Lose() {
  if (!session_) return;
  session_->HandleClosed(meeting_.now());
  session_.reset();
}

TransportId Client::transport() const {
  const Participant* participant = meeting_.room().Find(id_);
  return participant && participant->leg ? participant->leg->transport() : TransportId();
}

std::map<int, uint32_t> Client::shown() const {
  std::map<int, uint32_t> result;
  for (const auto& slot : map_["video"].GetArray()) {
    result[slot["slot"].GetInt()] = slot["source"].GetUint();
  }
  return result;
}

std::string Client::slot_state(uint32_t source) const {
  for (const auto& slot : map_["video"].GetArray()) {
    if (slot["source"].GetUint() == source) return slot["state"].GetString();
  }
  return "none";
}

std::vector<std::string> Client::Take(const std::string& event_type) {
  return std::exchange(events_[event_type], {});
}

void Client::Send(std::string_view message) {
  EXPECT_FALSE(close_code_) << "sent after the close";
  rapidjson::Document document;
  document.Parse(message.data(), message.size());
  if (document.HasParseError()) {
    ADD_FAILURE() << message;
    return;
  }
  std::string request_type;
  const int id = document.HasMember("id") ? document["id"].GetInt() : 0;
  if (id > 0 && open_requests_.contains(id)) request_type = open_requests_.extract(id).mapped();
  const auto definition = ProtocolSchema::DefinitionFor(document, request_type);
  EXPECT_EQ(ProtocolSchema::Get().Judge(definition, document), "") << message;

  if (definition == "error") {
    answered_ = true;
    result_.SetNull();
    error_.CopyFrom(document["error"], error_.GetAllocator());
  } else if (id > 0) {
    answered_ = true;
    result_.CopyFrom(document, result_.GetAllocator());
  } else {
    Learn(document);
  }
}

void Client::Close(CloseCode code, std::string_view reason) {
  EXPECT_FALSE(close_code_) << "closed twice";
  EXPECT_FALSE(reason.empty());
  close_code_ = code;
}

void Client::Learn(const rapidjson::Document& event) {
  const std::string type = event["type"].GetString();
  const auto& data = event["data"];
  events_[type].push_back(Text(data));
  if (type == "lobby.admitted") Entered(&data);
  if (type == "slots") {
    LearnMap(data);
    ++maps_seen_;
  }
  if (!event.HasMember("version")) return;
  const uint64_t version = event["version"].GetUint64();
  // What happens in the audience is told only to those who see it.
  if (!is_attendee() && type != "participants") EXPECT_EQ(version, known_.version + 1) << type;
  EXPECT_GT(version, known_.version) << type;
  known_.version = version;
  if (type == "participant_joined" || type == "participant_changed") {
    rapidjson::Document copy;
    copy.CopyFrom(data["participant"], copy.GetAllocator());
    copy.RemoveMember("quality");
    const std::string id = copy["id"].GetString();
    EXPECT_EQ(known_.participants.contains(id), type == "participant_changed") << id;
    known_.participants[id] = Text(copy);
  } else if (type == "participants") {
    LearnParticipants(data["participants"]);
  } else if (type == "participant_left") {
    EXPECT_EQ(known_.participants.erase(data["participant"].GetString()), 1u);
  } else if (type == "chat") {
    known_.chat.push_back(Text(data["message"]));
    if (known_.chat.size() > 200) known_.chat.erase(known_.chat.begin());
  } else if (type == "recording") {
    known_.recording = Text(data["recording"]);
  } else if (type == "chat.deleted") {
    const std::string id = "\"id\":" + Quote(data["message"].GetString()) + ",";
    EXPECT_EQ(std::erase_if(known_.chat, [&](const auto& m) { return m.contains(id); }), 1u);
  } else if (type.find('.') == std::string::npos) {
    ADD_FAILURE() << "a version on " << type;
  }
}

void Client::LearnSnapshot(const rapidjson::Value& room) {
  known_ = {};
  known_.version = room["version"].GetUint64();
  LearnParticipants(room["participants"]);
  for (const auto& message : room["chat"].GetArray()) known_.chat.push_back(Text(message));
  known_.recording = room.HasMember("recording") ? Text(room["recording"]) : "null";
  map_epoch_ = -1;
  LearnMap(room["map"]);
}

void Client::LearnParticipants(const rapidjson::Value& participants) {
  known_.participants.clear();
  for (const auto& participant : participants.GetArray()) {
    rapidjson::Document copy;
    copy.CopyFrom(participant, copy.GetAllocator());
    copy.RemoveMember("quality");
    known_.participants[copy["id"].GetString()] = Text(copy);
  }
}

bool Client::is_attendee() const {
  const auto own = known_.participants.find(id_);
  return own != known_.participants.end() && own->second.contains(R"("role":"attendee")");
}

void Client::LearnMap(const rapidjson::Value& map) {
  EXPECT_GT(map["epoch"].GetInt64(), map_epoch_) << "epochs grow";
  map_epoch_ = map["epoch"].GetInt64();
  map_.CopyFrom(map, map_.GetAllocator());
}

Meeting::Meeting(Limits limits_, int workers, const RoomOptions& options)
    : limits(limits_), workers_(workers) {
  StartServer();
  auto room = rooms->Create("", "Weekly", now_, options);
  room_name = (*room)->record().name;
  invite = (*room)->record().invite;
  stage_invite = (*room)->record().stage_invite;
}

Meeting::~Meeting() { clients_.clear(); }

void Meeting::StartServer() {
  media = std::make_unique<FakeMediaPort>(workers_);
  rooms = std::make_unique<RoomRegistry>(*media, store, random, limits, AllFeatures());
  rooms->Restore(store.All(), store.AllRows());
  joins = std::make_unique<JoinLimiter>(limits);
  passcodes = std::make_unique<PasscodeGuard>();
  resume_tokens =
      std::make_unique<ResumeTokens>(ResumeTokens::Key{7}, ++run_, limits.resume_token_life);
  context = std::make_unique<SessionContext>(SessionContext{.rooms = *rooms,
                                                            .tokens = tokens,
                                                            .resume_tokens = *resume_tokens,
                                                            .joins = *joins,
                                                            .passcodes = *passcodes,
                                                            .random = random,
                                                            .limits = limits,
                                                            .negotiation = negotiation});
  whip = std::make_unique<WhipEndpoint>(*context);
}

void Meeting::RestartServer() {
  rooms->Close(Duration::Seconds(1));
  for (auto& client : clients_) client->Lose();
  whip.reset();
  rooms.reset();
  EXPECT_TRUE(media->empty()) << "the workers keep something of a server that stopped";
  StartServer();
}

void Meeting::Pass(Duration time) {
  constexpr Duration kStep = Duration::Millis(100);
  for (Duration passed; passed < time; passed += kStep) {
    now_.steady = now_.steady + kStep;
    now_.wall = now_.wall + kStep;
    if (rooms->NextTimeout() <= now_.steady) rooms->HandleTimeout(now_);
  }
}

Client& Meeting::NewClient(const std::string& ip) {
  const std::string own = "198.51.100." + std::to_string(next_address_++);
  const auto address = SocketAddress::Parse(ip.empty() ? own : ip, 5000);
  clients_.push_back(std::make_unique<Client>(*this, *address));
  return *clients_.back();
}

Client& Meeting::Joined(const std::string& name, const std::string& token, const OfferShape& shape,
                        const std::string& publish) {
  Client& client = NewClient();
  EXPECT_TRUE(client.Join(room_name, token, name, shape, publish)) << Text(client.error());
  return client;
}

KnownRoom Meeting::Truth(const Client* viewer) {
  KnownRoom truth;
  // As a newcomer would be told, without the newcomer.
  Participant nobody;
  if (viewer && viewer->is_attendee()) {
    nobody.id = viewer->id();
    nobody.role = Role::kAttendee;
  }
  const Snapshot snapshot = room().SnapshotFor(nobody);
  truth.version = snapshot.version;
  const auto parse = [](const std::string& text) {
    rapidjson::Document document;
    document.Parse(text);
    return document;
  };
  for (const auto& participant : snapshot.participants) {
    auto document = parse(WriteParticipantJoined(1, participant));
    auto& value = document["data"]["participant"];
    value.RemoveMember("quality");
    truth.participants[participant.id] = Text(value);
  }
  for (const auto& member : snapshot.members) {
    if (member.name != "chat") continue;
    const auto chat = parse(member.json);
    for (const auto& message : chat.GetArray()) truth.chat.push_back(Text(message));
  }
  truth.recording =
      Text(parse(WriteRecording(1, snapshot.recording, std::nullopt))["data"]["recording"]);
  return truth;
}

void Meeting::ExpectAgreement() {
  for (const auto& client : clients_) {
    if (!client->attached()) continue;
    const KnownRoom truth = Truth(client.get());
    EXPECT_LE(client->known().version, truth.version);
    if (!client->is_attendee()) EXPECT_EQ(client->known().version, truth.version);
    EXPECT_EQ(client->known().participants, truth.participants);
    // What is not for everyone travels without a version.
    const auto for_all = [](std::vector<std::string> chat) {
      std::erase_if(chat, [](const std::string& m) { return m.contains(R"("to":)"); });
      return chat;
    };
    EXPECT_EQ(for_all(client->known().chat), for_all(truth.chat));
    EXPECT_EQ(client->known().recording, truth.recording);
  }
}

void Meeting::ReportSpeakers(int worker, std::vector<uint32_t> seats, uint32_t dominant) {
  SpeakersChanged event{.worker = WorkerIndex(static_cast<uint8_t>(worker)),
                        .room = room().id(),
                        .epoch = 1,
                        .seats = {},
                        .dominant = SourceId(dominant)};
  for (size_t i = 0; i < seats.size(); ++i) event.seats[i] = SourceId(seats[i]);
  Report(event);
}

}  // namespace parley::test
