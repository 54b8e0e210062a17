// openapi.json against the API: what it names is there, what is there it names, and what is
// answered is as it says.

#include "signaling/api/api_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidjson/schema.h>
#include <rapidjson/stringbuffer.h>

#include <fstream>
#include <set>

#include "recorder/library/recording_state.h"
#include "signaling/api/api_keys.h"
#include "signaling/features/all_features.h"
#include "signaling/hooks/dead_letters.h"
#include "signaling/protocol/parse_request.h"
#include "signaling/room/trunk_standing.h"
#include "tests/signaling/api/api_world.h"
#include "tests/signaling/noted_broadcasting.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using enum HttpMethod;

constexpr const char* kRecording = "raaaaaaaaaaaaaaaa";

class OneDead final : public DeadLetters {
 public:
  void Read(std::function<void(std::vector<DeadLetter>)> done) override {
    done({{.event = {.number = 1,
                     .id = "e1",
                     .type = "room.created",
                     .room = "weekly",
                     .at = {},
                     .body =
                         R"({"id":"e1","type":"room.created","room":"weekly","at":1,"data":{}})"},
           .url = "https://example.org/",
           .attempts = 3,
           .dead_at = {},
           .error = "It answered with the status 503."}});
  }
};

// Objects are closed: a member that the document does not name is a fault.
void Close(rapidjson::Value& value, rapidjson::Document::AllocatorType& allocator) {
  if (value.IsArray()) {
    for (auto& element : value.GetArray()) Close(element, allocator);
  }
  if (!value.IsObject()) return;
  if (value.HasMember("properties") && !value.HasMember("additionalProperties")) {
    value.AddMember("additionalProperties", false, allocator);
  }
  for (auto& member : value.GetObject()) Close(member.value, allocator);
}

class ApiDocumentTest : public ::testing::Test, protected ApiWorld {
 protected:
  ApiDocumentTest() : ApiWorld(AllFeatures()) {
    std::filesystem::create_directories(recordings / kRecording);
    const RecordingState state{.id = kRecording,
                               .room = "weekly",
                               .title = "Weekly",
                               .started_at_us = 1'000'000,
                               .state = "finished",
                               .segments = 1};
    EXPECT_FALSE(state.Save(recordings / kRecording));
    context.dead_letters = &dead;
    document.Parse(ApiDocument().text().data(), ApiDocument().text().size());
    Close(document["components"]["schemas"], document.GetAllocator());
  }
  ~ApiDocumentTest() override {
    if (Room* room = rooms.Find("weekly")) room->End(nullptr, kNow);
    std::filesystem::remove_all(recordings);
  }

  // What is wrong with an answer, as the operation's document has it; empty: nothing.
  std::string Judge(const char* path, const char* method, const HttpResponse& response) {
    rapidjson::Value& responses = document["paths"][path][method]["responses"];
    const std::string status = std::to_string(response.status);
    if (!responses.HasMember(status) && response.status < 400) {
      return "the status " + status + " is not in the document";
    }
    if (responses.HasMember(status) && !responses[status.c_str()].HasMember("content")) {
      return response.body.empty() ? "" : "it should be empty";
    }
    const rapidjson::Value& content = responses.HasMember(status)
                                          ? responses[status.c_str()]["content"]
                                          : document["components"]["responses"]["Error"]["content"];
    if (!content.HasMember("application/json")) return "";
    rapidjson::Document root;
    root.CopyFrom(content["application/json"]["schema"], root.GetAllocator());
    rapidjson::Document schema(rapidjson::kObjectType, &root.GetAllocator());
    schema.AddMember("allOf", rapidjson::Value(rapidjson::kArrayType), schema.GetAllocator());
    schema["allOf"].PushBack(root, schema.GetAllocator());
    rapidjson::Value components(document["components"], schema.GetAllocator());
    schema.AddMember("components", components, schema.GetAllocator());
    const rapidjson::SchemaDocument compiled(schema);
    rapidjson::SchemaValidator validator(compiled);
    rapidjson::Document body;
    body.Parse(response.body);
    if (body.HasParseError()) return "it is no JSON: " + response.body;
    if (body.Accept(validator)) return "";
    rapidjson::StringBuffer where;
    validator.GetInvalidDocumentPointer().StringifyUriFragment(where);
    return std::string(validator.GetInvalidSchemaKeyword()) + " at " + where.GetString() + " of " +
           response.body;
  }
  // `path`: as the document has it; `of`: as it is asked for.
  void Expect(int status, HttpMethod method, const char* name, const char* path,
              const std::string& of, const std::string& body = {}) {
    SCOPED_TRACE(std::string(name) + " " + of);
    const auto response = Call(method, of, body, host);
    EXPECT_EQ(response.status, status) << response.body;
    EXPECT_EQ(Judge(path, name, response), "");
    judged_.insert(std::string(name) + " " + path);
  }
  void Ask(Participant& from, const std::string& type, const std::string& data) {
    auto request = ParseRequest(R"({"id":1,"type":")" + type + R"(","data":)" + data + "}",
                                {.bytes = 10'000, .depth = 8}, rooms.feature_types());
    ASSERT_TRUE(request);
    const auto result =
        rooms.Find("weekly")->Ask(from, std::get<FeatureRequest>(request->body), kNow);
    EXPECT_TRUE(result) << type << ": " << result.error().message;
  }
  // The workers answer in their own time.
  void ExpectStats() {
    HttpRequest request;
    request.path = "/api/v1/rooms/weekly/stats";
    request.authorization = "Bearer " + host;
    auto response = *api.Handle(request, kNow);
    ASSERT_TRUE(response.later);
    for (const auto& [worker, asked] : media.SentOf<AskStats>()) {
      const Event event = RoomStats{worker, asked.question, std::make_shared<WorkerRoomStats>()};
      api.HandleEvents(std::span(&event, 1), kNow);
    }
    ASSERT_TRUE(response.later->ready());
    const auto answer = response.later->Take();
    EXPECT_THAT(answer.body, HasSubstr("playback"));
    EXPECT_EQ(Judge("/api/v1/rooms/{name}/stats", "get", answer), "");
    judged_.insert("get /api/v1/rooms/{name}/stats");
  }
  Participant& Enter(const std::string& name, Role role) {
    Room& room = *rooms.Find("weekly");
    return room.Join({.id = {},
                      .name = name,
                      .person = name,
                      .role = role,
                      .may_publish = DefaultPublish(role),
                      .publish = {}},
                     room.NewSourceIds(), nullptr, std::nullopt, kNow);
  }

  OneDead dead;
  NotedBroadcasting broadcasting;
  rapidjson::Document document;
  const std::string host = Token(Role::kHost, "*", true);
  std::set<std::string> judged_;
};

TEST_F(ApiDocumentTest, IsServedToEverybody) {
  HttpRequest request;
  request.path = "/api/v1/openapi.json";
  const auto response = Answer(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.header("Content-Type"), "application/json");
  std::ifstream file(std::string(PARLEY_SOURCE_DIR) + "/signaling/api/openapi.json");
  EXPECT_EQ(std::string(response.borrowed_body),
            std::string(std::istreambuf_iterator<char>(file), {}));
}

TEST_F(ApiDocumentTest, WhatItDoesNotNameIsNotThere) {
  for (const char* path : {"/api/v1", "/api/v1/rooms/", "/api/v1/rooms/weekly/nothing",
                           "/api/v1/rooms//report", "/api/v1/rooms/weekly/report/chat.csv/more"}) {
    EXPECT_EQ(Call(kGet, path, "", host).status, 404) << path;
  }
  const auto refused = Call(kPut, "/api/v1/rooms", "", host);
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(refused.header("Allow"), "GET, POST");
}

TEST_F(ApiDocumentTest, EveryAnswerIsAsItSays) {
  rooms.SetPhoneNumbers({"+44 20 7946 0123"}, {{"weekly", {"+44 20 7946 0124"}}});
  rooms.SetBroadcasting(&broadcasting);
  Expect(201, kPost, "post", "/api/v1/rooms", "/api/v1/rooms",
         R"({"name":"weekly","title":"Weekly","lobby":false,"recording":{"consent":"ask"}})");
  Participant& ada = Enter("Ada", Role::kHost);
  Participant& ben = Enter("Ben", Role::kAttendee);
  Ask(ada, "chat", R"({"text":"hello"})");
  Ask(ben, "qa.ask", R"({"text":"why?"})");
  Ask(ben, "qa.ask", R"({"text":"who?","anonymous":true})");
  Ask(ada, "poll.create", R"({"question":"Tea?","options":["Yes","No"]})");
  Ask(ada, "poll.open", R"({"poll":"v1"})");
  PlaybackReport playback;
  playback.time = Duration::Seconds(5);
  playback.video.emplace_back();
  rooms.Find("weekly")->NotePlayback(ada, playback);

  Expect(200, kGet, "get", "/api/v1/rooms", "/api/v1/rooms");
  MakeRoom("daily");
  Expect(200, kGet, "get", "/api/v1/rooms", "/api/v1/rooms?limit=1");
  Expect(400, kPost, "post", "/api/v1/rooms", "/api/v1/rooms", R"({"name":"A"})");
  Expect(201, kPost, "post", "/api/v1/rooms", "/api/v1/rooms",
         R"({"name":"big-one","webinar":true,"most_active":50})");
  Expect(204, kPost, "post", "/api/v1/rooms/{name}/live", "/api/v1/rooms/big-one/live");
  Expect(204, kPatch, "patch", "/api/v1/rooms/{name}", "/api/v1/rooms/weekly",
         R"({"lobby":false,"lobby_admits":{"callers":true}})");
  const char* invitation = "/api/v1/rooms/{name}/invitation";
  Expect(200, kPost, "post", invitation, "/api/v1/rooms/weekly/invitation");
  Expect(200, kPost, "post", invitation, "/api/v1/rooms/big-one/invitation", R"({"stage":true})");
  Expect(400, kPost, "post", invitation, "/api/v1/rooms/weekly/invitation", R"({"stage":true})");
  Expect(400, kPost, "post", "/api/v1/rooms/{name}/live", "/api/v1/rooms/weekly/live");
  Expect(200, kGet, "get", "/api/v1/rooms", "/api/v1/rooms");
  Expect(200, kPost, "post", "/api/v1/rooms/{name}/check", "/api/v1/rooms/weekly/check",
         R"({"token":")" + host + "\"}");
  Expect(200, kGet, "get", "/api/v1/rooms/{name}/report", "/api/v1/rooms/weekly/report");
  Expect(200, kGet, "get", "/api/v1/rooms/{name}/report/{table}",
         "/api/v1/rooms/weekly/report/polls.csv");
  Expect(200, kGet, "get", "/api/v1/rooms/{name}/meeting", "/api/v1/rooms/weekly/meeting");
  Expect(200, kPost, "post", "/api/v1/rooms/{name}/acts", "/api/v1/rooms/weekly/acts",
         R"({"type":"chat","data":{"text":"hello"},"name":"Front desk"})");
  Expect(400, kPost, "post", "/api/v1/rooms/{name}/acts", "/api/v1/rooms/weekly/acts");
  const char* broadcast = "/api/v1/rooms/{name}/broadcast";
  const std::string of_weekly = "/api/v1/rooms/weekly/broadcast";
  Expect(200, kGet, "get", broadcast, of_weekly);
  Expect(201, kPost, "post", broadcast, of_weekly,
         R"({"hls":true,"targets":["rtmp://a/app/key"]})");
  Expect(200, kGet, "get", broadcast, of_weekly);
  Expect(204, kDelete, "delete", broadcast, of_weekly);
  Expect(404, kGet, "get", "/api/v1/rooms/{name}/pcap", "/api/v1/rooms/weekly/pcap");
  Expect(404, kPost, "post", "/api/v1/rooms/{name}/pcap", "/api/v1/rooms/weekly/pcap");
  Expect(403, kPost, "post", "/api/v1/host-links/redeem", "/api/v1/host-links/redeem",
         R"({"link":"x"})");
  Expect(200, kPost, "post", "/api/v1/host-links/redeem", "/api/v1/host-links/redeem",
         R"({"link":")" + host_link.Renew(random) + "\"}");
  const std::string recording = std::string("/api/v1/recordings/") + kRecording;
  Expect(200, kGet, "get", "/api/v1/recordings", "/api/v1/recordings");
  Expect(200, kGet, "get", "/api/v1/recordings/{id}", recording);
  Expect(204, kPatch, "patch", "/api/v1/recordings/{id}", recording, R"({"title":"Other"})");
  Expect(201, kPost, "post", "/api/v1/recordings/{id}/tickets", recording + "/tickets");
  Expect(202, kPost, "post", "/api/v1/recordings/{id}/compositions", recording + "/compositions",
         R"({"file":"720p.mp4"})");
  Expect(200, kGet, "get", "/api/v1/recordings/{id}/compositions", recording + "/compositions");
  Expect(204, kDelete, "delete", "/api/v1/recordings/{id}/compositions/{file}",
         recording + "/compositions/720p.mp4");
  Expect(200, kGet, "get", "/api/v1/recordings/{id}/files/{file}", recording + "/files/chat.txt");
  Expect(200, kHead, "head", "/api/v1/recordings/{id}/files/{file}", recording + "/files/chat.txt");
  Expect(204, kDelete, "delete", "/api/v1/recordings/{id}", recording);
  Expect(200, kGet, "get", "/api/v1/webhooks/dead", "/api/v1/webhooks/dead");
  const TrunkStanding trunk{.name = "sip.example.org",
                            .state = TrunkStanding::State::kDown,
                            .since = kNow.wall,
                            .reason = "failed",
                            .status = 503,
                            .next_try = kNow.wall};
  context.trunks = [&trunk] { return std::span(&trunk, 1); };
  Expect(200, kGet, "get", "/api/v1/phone/trunks", "/api/v1/phone/trunks");
  Expect(200, kGet, "get", "/api/v1/workers", "/api/v1/workers");
  Expect(204, kPatch, "patch", "/api/v1/workers/{worker}", "/api/v1/workers/1",
         R"({"draining":true})");
  Expect(200, kGet, "get", "/healthz", "/healthz");
  Expect(200, kGet, "get", "/metrics", "/metrics");
  ExpectStats();
  rooms.Find("weekly")->End(nullptr, kNow);
  Expect(204, kDelete, "delete", "/api/v1/rooms/{name}", "/api/v1/rooms/weekly");

  judged_.insert("get /api/v1/openapi.json");
  std::set<std::string> documented;
  for (const auto& path : document["paths"].GetObject()) {
    for (const auto& operation : path.value.GetObject()) {
      const std::string name = operation.name.GetString();
      if (name != "parameters") documented.insert(name + " " + path.name.GetString());
    }
  }
  EXPECT_EQ(judged_, documented) << "every operation was tried";
}

TEST_F(ApiDocumentTest, NamesTheScopesThatThereAre) {
  std::set<std::string> named;
  for (const auto& path : document["paths"].GetObject()) {
    for (const auto& operation : path.value.GetObject()) {
      if (operation.value.IsObject() && operation.value.HasMember("x-api-key-scope")) {
        named.insert(operation.value["x-api-key-scope"].GetString());
      }
    }
  }
  EXPECT_EQ(named, (std::set<std::string>(kScopeNames.begin(), kScopeNames.end())));
}

}  // namespace
}  // namespace parley::test
