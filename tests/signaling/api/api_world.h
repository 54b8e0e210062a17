#pragma once

// The HTTP resources over real rooms and workers that only take notes.

#include <rapidjson/document.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "sfu/base/random.h"
#include "signaling/api/api.h"
#include "signaling/api/host_link.h"
#include "signaling/api/jwt_token_verifier.h"
#include "signaling/api/later_response.h"
#include "signaling/api/metrics.h"
#include "signaling/room/permissions.h"
#include "signaling/room/room.h"
#include "signaling/room/room_registry.h"
#include "signaling/session/join_limiter.h"
#include "signaling/session/negotiator.h"
#include "signaling/session/passcode_guard.h"
#include "signaling/session/resume_tokens.h"
#include "signaling/session/whip_endpoint.h"
#include "tests/signaling/fake_composers.h"
#include "tests/signaling/fake_media_port.h"

namespace parley::test {

class MemoryStore final : public RoomStore {
 public:
  void Save(const RoomRecord& record) override { rooms_[record.name] = record; }
  void Forget(const std::string& name) override { rooms_.erase(name); }
  void ReadReports(std::string room, WallTime meeting, ReportsReader done) override {
    asked_ = {std::move(room), meeting};
    done(reports_);
  }
  std::map<std::string, RoomRecord> rooms_;
  std::vector<StoredReport> reports_;  // what it answers, and what it was asked last
  std::pair<std::string, WallTime> asked_;
};

struct ApiWorld {
  explicit ApiWorld(FeatureList of_rooms = {}) : features(std::move(of_rooms)) {}

  static constexpr Now kNow{.steady = Timestamp::Seconds(1000),
                            .wall = WallTime::UnixMicros(1'763'885'000'000'000)};

  static JwtTokenVerifier MakeVerifier() {
    const std::string secret(32, 's');
    std::vector<JwtKey> keys;
    keys.push_back(
        *JwtKey::FromSecret({reinterpret_cast<const uint8_t*>(secret.data()), secret.size()}));
    return {std::move(keys), {}};
  }
  std::string Token(Role role, std::string room = "*", bool create_rooms = false) const {
    Grants grants;
    grants.room = std::move(room);
    grants.role = role;
    grants.publish = DefaultPublish(role);
    grants.create_rooms = create_rooms;
    grants.expires_at = kNow.wall + Duration::Seconds(60);
    return verifier.Make(grants, kNow.wall);
  }
  HttpResponse Call(HttpMethod method, std::string path, std::string body = {},
                    std::string token = {}, std::string content_type = "application/json",
                    std::string if_match = {}) {
    HttpRequest request;
    request.method = method;
    if (const size_t query = path.find('?'); query != std::string::npos) {
      std::istringstream pairs(path.substr(query + 1));
      for (std::string pair; std::getline(pairs, pair, '&');) request.query.push_back(pair);
      path.resize(query);
    }
    request.path = std::move(path);
    request.host = host;
    request.body = std::move(body);
    request.content_type = std::move(content_type);
    request.if_match = std::move(if_match);
    if (!token.empty()) request.authorization = "Bearer " + token;
    request.peer = peer;
    return Answer(request);
  }
  // As the server's loop would have it in the end.
  HttpResponse Answer(const HttpRequest& request) {
    auto response = api.Handle(request, kNow);
    if (response) {
      while (response->later && !response->later->ready()) std::this_thread::yield();
      if (response->later) response->Become(response->later->Take());
      return *std::move(response);
    }
    HttpResponse none;
    none.status = 0;
    return none;
  }
  RoomRecord MakeRoom(std::string name) { return (*rooms.Create(name, "Weekly", kNow))->record(); }

  std::string host = "localhost:8080";
  SocketAddress peer = SocketAddress::V4({127, 0, 0, 1}, 5000);
  Limits limits;
  SeededRandom random{7};
  FakeMediaPort media;
  MemoryStore store;
  FeatureList features;
  RoomRegistry rooms{media, store, random, limits, features};
  JwtTokenVerifier verifier = MakeVerifier();
  ResumeTokens resume_tokens{{}, 1, limits.resume_token_life};
  JoinLimiter joins{limits};
  PasscodeGuard passcodes;
  NegotiatorConfig negotiation;
  SessionContext sessions{rooms,     verifier, resume_tokens, joins,
                          passcodes, random,   limits,        negotiation};
  WhipEndpoint whip{sessions};
  HostLink host_link;
  Metrics metrics;
  std::filesystem::path recordings =
      std::filesystem::temp_directory_path() / ("parley-api-" + std::to_string(getpid()));
  FakeComposers composers;
  ApiContext context{rooms,     verifier, host_link, whip,       metrics, limits,
                     composers, "",       false,     recordings, {},      nullptr};
  Api api{context};
};

// A member of a JSON body, "error.code" for one inside; empty when it is no string.
inline std::string Member(const HttpResponse& response, std::string_view path) {
  rapidjson::Document document;
  document.Parse(response.body.data(), response.body.size());
  const rapidjson::Value* value = &document;
  while (!path.empty()) {
    const std::string name(path.substr(0, path.find('.')));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    if (!value->IsObject() || !value->HasMember(name.c_str())) return {};
    value = &(*value)[name.c_str()];
  }
  return value->IsString() ? value->GetString() : "";
}

inline std::string CodeOf(const HttpResponse& response) { return Member(response, "error.code"); }

}  // namespace parley::test
