// The table of permissions tried pair by pair at the real server: each role by its own socket, each
// role's token and each scope of an API key at each resource.

#include "signaling/room/permissions.h"

#include <gtest/gtest.h>
#include <rapidjson/document.h>

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/api/api_keys.h"
#include "tests/client/eventually.h"
#include "tests/client/json_text.h"
#include "tests/integration/server_process.h"

namespace parley::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array kEveryRole = {Role::kAttendee, Role::kPanelist, Role::kCohost, Role::kHost};

class PermissionTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Phones, so that there is somebody to call by; nobody is reached. Below the ports that the
    // system gives to others.
    const int port = 20'000 + static_cast<int>(SystemRandom().Below(12'000));
    ASSERT_TRUE(server_.Start("[phone]\naddress = \"127.0.0.1\"\nport = " + std::to_string(port) +
                              "\nrtp_port = 52000\ntrunks = [\"127.0.0.1\"]\ndial_out = [\"+44\"]\n"
                              "[limits]\njoins_per_minute = 100000\n"));
  }
  std::string TokenOf(Role role, const std::string& room) const {
    return server_.Command("token --room '" + room + "' --role " + std::string(ToString(role)));
  }
  std::string KeyOf(std::string_view scope) const {
    const std::string name(scope);
    return server_.Command("key add key-" + name + " --scope " + name);
  }

  ServerProcess server_;
};

// A socket in a room.
class Seat {
 public:
  Seat(uint16_t port, const std::string& room, const std::string& token) {
    auto socket = WebSocketClient::Connect({.port = port});
    if (!socket) return;
    socket_ = *std::move(socket);
    id_ = JsonText(Ask("join", "{\"room\":" + Quoted(room) + ",\"token\":" + Quoted(token) +
                                   ",\"name\":\"Ada\"}"),
                   "data.participant");
  }
  const std::string& id() const { return id_; }
  std::string Ask(const std::string& type, const std::string& data) {
    const std::string id = std::to_string(++last_);
    socket_->Send("{\"id\":" + id + ",\"type\":\"" + type + "\",\"data\":" + data + "}");
    while (const auto message = socket_->Receive(30s)) {
      if (message->find("\"id\":" + id + ",") == 1) return *message;
    }
    return "no answer";
  }

 private:
  std::unique_ptr<WebSocketClient> socket_;
  std::string id_;
  int last_ = 0;
};

struct Attempt {
  std::string type, data;
};

// Of each action one that changes as little as can be: whoever may is told that there is no such
// thing, or does it.
const std::map<Action, Attempt>& Attempts() {
  static const std::string nobody = R"("participant":"pnobody")";
  static const std::map<Action, Attempt> attempts = {
      {Action::kChat, {"chat", R"({"text":"hello"})"}},
      {Action::kChatHosts, {"chat", R"({"text":"hello","to":"hosts"})"}},
      {Action::kChatPrivate, {"chat", R"({"text":"hello","to":"pnobody"})"}},
      {Action::kChatModerate, {"chat.delete", R"({"message":"m99"})"}},
      {Action::kRename, {"rename", R"({"name":"Somebody"})"}},
      {Action::kRenameCallers, {"rename", "{" + nobody + R"(,"name":"Caller"})"}},
      {Action::kRaiseHand, {"hand", R"({"up":true})"}},
      {Action::kReact, {"reaction", R"({"reaction":"clap"})"}},
      {Action::kAskQuestions, {"qa.ask", R"({"text":"Why?"})"}},
      {Action::kVote, {"qa.vote", R"({"up":true,"question":"q99"})"}},
      {Action::kAnswerQuestions, {"qa.answer", R"({"question":"q99"})"}},
      {Action::kDismissQuestions, {"qa.dismiss", R"({"question":"q99"})"}},
      {Action::kRunPolls, {"poll.open", R"({"poll":"v99"})"}},
      {Action::kLowerHands, {"hand.next", "{}"}},
      // What exactly is bounded by the token: of attendees nothing.
      {Action::kPublish, {"publish", R"({"source":"microphone","on":false})"}},
      {Action::kMuteOthers, {"mute", "{" + nobody + R"(,"source":"microphone"})"}},
      {Action::kRemoveOthers, {"remove", "{" + nobody + "}"}},
      {Action::kRemoveHosts, {"remove", "{}"}},
      {Action::kManageLobby, {"lobby.admit", R"({"waiting":"pnobody"})"}},
      {Action::kGoLive, {"live.go", "{}"}},
      {Action::kDirectStage, {"stage.layout", R"({"layout":"nothing"})"}},
      {Action::kAnnounce, {"announcement.withdraw", "{}"}},
      {Action::kChangeRoles, {"role", "{" + nobody + R"(,"role":"attendee"})"}},
      {Action::kChangeHosts, {"role", R"({"role":"host"})"}},
      {Action::kRecord, {"record", R"({"action":"resume"})"}},
      {Action::kDialOut, {"phone.call", R"({"number":"+49"})"}},
      {Action::kEndMeeting, {"end", "{}"}},
  };
  return attempts;
}

TEST_F(PermissionTest, EachRoleMayWhatTheTableSaysAndNothingElse) {
  const std::string host = TokenOf(Role::kHost, "*");
  ASSERT_EQ(server_.Post("/api/v1/rooms", R"({"name":"weekly"})", host).status, 201);
  for (const Role role : kEveryRole) {
    for (size_t i = 0; i < kActionNames.size(); ++i) {
      const auto action = static_cast<Action>(i);
      ASSERT_TRUE(Attempts().contains(action)) << "no attempt at " << kActionNames[i];
      auto [type, data] = Attempts().at(action);
      // Somebody to act upon, who stays to see the others go.
      const Seat other(server_.port(), "weekly", host);
      if (action == Action::kRemoveHosts) data = "{\"participant\":" + Quoted(other.id()) + "}";
      if (action == Action::kChangeHosts) {
        data = "{\"participant\":" + Quoted(other.id()) + R"(,"role":"panelist"})";
      }
      Seat seat(server_.port(), "weekly", TokenOf(role, "weekly"));
      ASSERT_FALSE(seat.id().empty());
      const std::string answer = seat.Ask(type, data);
      const bool may =
          MayDo(role, action) && (action != Action::kPublish || DefaultPublish(role).any());
      EXPECT_EQ(JsonText(answer, "error.code") != "forbidden", may)
          << ToString(role) << " " << kActionNames[i] << ": " << answer;
    }
  }
}

// The same from outside of the room: as a host or co-host by their tokens, as a host by a key.
TEST_F(PermissionTest, EachRoleMayFromOutsideWhatTheTableSaysAndNothingElse) {
  const std::string host = TokenOf(Role::kHost, "*");
  ASSERT_EQ(server_.Post("/api/v1/rooms", R"({"name":"weekly"})", host).status, 201);
  const std::string acts = "/api/v1/rooms/weekly/acts";
  const std::string key = KeyOf("meetings");
  Eventually([&] { return server_.Post(acts, "{}", key).status != 401; });
  const auto try_all = [&](const std::string& bearer, const std::string& whose, auto may) {
    for (size_t i = 0; i < kActionNames.size(); ++i) {
      const auto action = static_cast<Action>(i);
      auto [type, data] = Attempts().at(action);
      const Seat other(server_.port(), "weekly", host);
      if (action == Action::kRemoveHosts) data = "{\"participant\":" + Quoted(other.id()) + "}";
      if (action == Action::kChangeHosts) {
        data = "{\"participant\":" + Quoted(other.id()) + R"(,"role":"panelist"})";
      }
      const HttpReply reply =
          server_.Post(acts, "{\"type\":" + Quoted(type) + ",\"data\":" + data + "}", bearer);
      EXPECT_EQ(JsonText(reply.body, "error.code") != "forbidden", may(action))
          << whose << " " << kActionNames[i] << ": " << reply.body;
    }
  };
  for (const Role role : kEveryRole) {
    try_all(TokenOf(role, "weekly"), std::string(ToString(role)),
            [role](Action action) { return Hosts(role) && MayDo(role, action); });
  }
  try_all(key, "a key", [](Action action) { return MayDo(Role::kHost, action); });
}

// Of each operation of the document: where, how, and which scope of a key it asks for.
struct Operation {
  std::string method, target;
  std::string scope = {};
  bool open = false;  // to everybody
};

std::vector<Operation> Operations(const ServerProcess& server) {
  rapidjson::Document document;
  document.Parse(Fetch(server.port(), {.target = "/api/v1/openapi.json"}).body);
  std::vector<Operation> operations;
  for (const auto& path : document["paths"].GetObject()) {
    std::string target = path.name.GetString();
    const std::pair<std::string, std::string> parts[] = {{"{name}", "weekly"},
                                                         {"{id}", "raaaaaaaaaaaaaaaa"},
                                                         {"{file}", "720p.mp4"},
                                                         {"{table}", "chat.csv"},
                                                         {"{worker}", "0"}};
    for (const auto& [part, value] : parts) {
      if (const size_t at = target.find(part); at != std::string::npos) {
        target.replace(at, part.size(), value);
      }
    }
    for (const auto& operation : path.value.GetObject()) {
      const std::string method = operation.name.GetString();
      if (method == "parameters" || method == "head") continue;
      Operation each{.method = method, .target = target};
      for (char& c : each.method) c = static_cast<char>(std::toupper(c));
      if (operation.value.HasMember("x-api-key-scope")) {
        each.scope = operation.value["x-api-key-scope"].GetString();
      }
      each.open = operation.value.HasMember("security") && operation.value["security"].Empty();
      operations.push_back(std::move(each));
    }
  }
  return operations;
}

int Ask(const ServerProcess& server, const Operation& operation, const std::string& bearer) {
  HttpCall call{.method = operation.method, .target = operation.target};
  call.headers = {{"Authorization", "Bearer " + bearer}};
  // A body that is refused once the bearer is not: nothing is changed by the attempt.
  if (operation.method == "POST" || operation.method == "PATCH") call.body = R"({"name":1})";
  return Fetch(server.port(), call).status;
}

TEST_F(PermissionTest, EachScopeOfAnApiKeyOpensItsResourcesAndNoOthers) {
  std::map<std::string, std::string> keys;
  for (const std::string_view scope : kScopeNames) keys[std::string(scope)] = KeyOf(scope);
  ASSERT_EQ(server_.Post("/api/v1/rooms", R"({"name":"weekly"})", TokenOf(Role::kHost, "*")).status,
            201);
  // The server reads them again within seconds, perhaps while they are being made.
  const Operation rooms{.method = "GET", .target = "/api/v1/rooms", .scope = "rooms"};
  const std::string& newest = keys[std::string(kScopeNames.back())];
  Eventually([&] { return Ask(server_, rooms, newest) != 401; });
  size_t tried = 0;
  for (const Operation& operation : Operations(server_)) {
    // What is for everybody, or for this machine, asks for no scope.
    if (operation.open || operation.target == "/metrics") continue;
    for (const auto& [scope, key] : keys) {
      // This server shows no meetings live, and tells that to whoever may.
      if (operation.target.ends_with("/broadcast") && scope == operation.scope) continue;
      // Last of all, and by the key that may.
      if (operation.method == "DELETE" && operation.scope == "rooms" && scope == "rooms") continue;
      const int status = Ask(server_, operation, key);
      EXPECT_EQ(status == 403, scope != operation.scope)
          << operation.method << " " << operation.target << " by " << scope << ": " << status;
      EXPECT_NE(status, 401) << operation.target;
      ++tried;
    }
    EXPECT_EQ(Ask(server_, operation, "pk_nobodys"), 401) << operation.target;
  }
  EXPECT_GT(tried, 80u);
}

// Every operation that is not for everybody is for hosts, of that room, and recordings also for
// whoever was given them.
TEST_F(PermissionTest, ATokenThatIsNoHostsOpensNoResource) {
  ASSERT_EQ(server_.Post("/api/v1/rooms", R"({"name":"weekly"})", TokenOf(Role::kHost, "*")).status,
            201);
  for (const Role role : {Role::kAttendee, Role::kPanelist, Role::kCohost}) {
    const std::string token = TokenOf(role, "*");
    for (const Operation& operation : Operations(server_)) {
      if (operation.open || operation.target == "/metrics") continue;
      // As in the room; this one is no webinar.
      const bool goes_live = operation.target.ends_with("/live") && MayDo(role, Action::kGoLive);
      const bool acts = operation.target.ends_with("/acts") && Hosts(role);
      const bool reads = operation.target.ends_with("/meeting") && Hosts(role);
      const bool changes = operation.method == "PATCH" &&
                           operation.target == "/api/v1/rooms/weekly" &&
                           MayDo(role, Action::kManageLobby);
      const bool renews =
          operation.target.ends_with("/invitation") && MayDo(role, Action::kManageLobby);
      EXPECT_EQ(Ask(server_, operation, token), reads || renews     ? 200
                                                : changes           ? 204
                                                : goes_live || acts ? 400
                                                                    : 403)
          << operation.method << " " << operation.target << " as " << ToString(role);
    }
  }
  // A host of another room.
  const std::string elsewhere = TokenOf(Role::kHost, "daily");
  for (const char* target : {"/api/v1/rooms/weekly/stats", "/api/v1/rooms/weekly/report",
                             "/api/v1/rooms/weekly/report/chat.csv", "/api/v1/webhooks/dead"}) {
    EXPECT_EQ(Ask(server_, {.method = "GET", .target = target}, elsewhere), 403) << target;
  }
  EXPECT_EQ(Ask(server_, {.method = "DELETE", .target = "/api/v1/rooms/weekly"}, elsewhere), 403);
}

}  // namespace
}  // namespace parley::test
