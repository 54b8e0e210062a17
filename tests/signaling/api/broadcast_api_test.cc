#include "signaling/api/broadcast_api.h"

#include <gmock/gmock.h>

#include <array>
#include <fstream>

#include "signaling/api/file_body.h"
#include "signaling/recording/broadcast_desk.h"
#include "signaling/recording/recording_desk.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Programs that start and say nothing.
class SilentRecorders final : public RecorderLauncher {
 public:
  std::expected<std::unique_ptr<RecorderLink>, std::string> Launch(const std::filesystem::path&,
                                                                   int feeds) override {
    return std::make_unique<Link>(feeds);
  }

 private:
  class Link final : public RecorderLink {
   public:
    explicit Link(int feeds) : feeds_(feeds) {}
    std::vector<int> TakeFeeds() override {
      return std::vector<int>(static_cast<size_t>(feeds_), -1);
    }
    bool Send(std::string_view) override { return true; }
    std::optional<RecorderReply> Receive() override { return std::nullopt; }
    bool HasEnded() override { return false; }
    void Kill() override {}

   private:
    int feeds_;
  };
};

class SilentPrograms final : public BroadcastLauncher {
 public:
  Started Compose(const std::filesystem::path&, const std::filesystem::path&) override {
    return std::unexpected("none here");
  }
  Started Push(const std::filesystem::path&, const std::string&) override {
    return std::unexpected("none here");
  }
};

std::string Content(const HttpResponse& response) {
  if (!response.file) return response.body;
  std::string content(response.file->size(), '\0');
  response.file->Read(0, {reinterpret_cast<unsigned char*>(content.data()), content.size()});
  return content;
}

std::string HeaderOf(const HttpResponse& response, std::string_view name) {
  for (const HttpHeader& header : response.headers) {
    if (header.name == name) return header.value;
  }
  return {};
}

constexpr const char* kPath = "/api/v1/rooms/weekly/broadcast";
constexpr const char* kWish = R"({"hls":true,"targets":["rtmp://a.example/app/secret"]})";

class BroadcastApiTest : public testing::Test {
 protected:
  BroadcastApiTest() {
    world.MakeRoom("weekly");
    world.context.broadcasts = &desk;
  }
  ~BroadcastApiTest() override {
    for (Room* each : world.rooms.rooms()) each->Clear();
    std::filesystem::remove_all(files);
    std::filesystem::remove_all(world.recordings);
  }
  void SomebodyJoins() {
    Room& room = *world.rooms.Find("weekly");
    room.Join({.id = {},
               .name = "Ada",
               .role = Role::kHost,
               .kind = ParticipantKind::kBrowser,
               .may_publish = {},
               .publish = {},
               .sink = nullptr},
              room.NewSourceIds(), nullptr, std::nullopt, ApiWorld::kNow);
  }
  HttpResponse Call(HttpMethod method, std::string body = {}) {
    return world.Call(method, kPath, std::move(body), world.Token(Role::kHost, "weekly"));
  }

  ApiWorld world;
  const std::filesystem::path files =
      std::filesystem::temp_directory_path() / ("parley-live-api-" + std::to_string(getpid()));
  SilentRecorders recorders;
  SilentPrograms programs;
  RecordingDesk recordings{world.rooms, recorders, world.random, world.limits, world.recordings};
  BroadcastDesk desk{world.rooms,  recordings,   programs,
                     world.random, world.limits, {.hls = true, .rtmp_hosts = {"a.example"}},
                     files};
};

TEST_F(BroadcastApiTest, AHostBeginsLooksAndEnds) {
  SomebodyJoins();
  EXPECT_EQ(Call(HttpMethod::kGet).body, R"({"offer":{"hls":true,"rtmp_hosts":["a.example"]}})");
  const HttpResponse begun = Call(HttpMethod::kPost, kWish);
  EXPECT_EQ(begun.status, 201) << begun.body;
  EXPECT_THAT(begun.body, HasSubstr(R"("state":"starting")"));
  EXPECT_THAT(begun.body, HasSubstr(R"("name":"rtmp://a.example/…")"));
  EXPECT_THAT(begun.body, Not(HasSubstr("secret")));
  EXPECT_EQ(Call(HttpMethod::kGet).body, begun.body);
  EXPECT_EQ(Call(HttpMethod::kPost, kWish).status, 400) << "it is live already";
  EXPECT_EQ(Call(HttpMethod::kDelete).status, 204);
  EXPECT_EQ(Call(HttpMethod::kDelete).status, 404);
}

TEST_F(BroadcastApiTest, NobodyElseMay) {
  SomebodyJoins();
  EXPECT_EQ(world.Call(HttpMethod::kPost, kPath, kWish).status, 401);
  for (const auto& token :
       {world.Token(Role::kPanelist, "weekly"), world.Token(Role::kHost, "other")}) {
    EXPECT_EQ(world.Call(HttpMethod::kPost, kPath, kWish, token).status, 403);
    EXPECT_EQ(world.Call(HttpMethod::kGet, kPath, {}, token).status, 403);
  }
  EXPECT_EQ(
      world.Call(HttpMethod::kGet, "/api/v1/rooms/nowhere/broadcast", {}, world.Token(Role::kHost))
          .status,
      404);
}

TEST_F(BroadcastApiTest, SaysWhatIsWrong) {
  EXPECT_THAT(Call(HttpMethod::kPost, kWish).body, HasSubstr("Nobody is in the room"));
  SomebodyJoins();
  EXPECT_THAT(Call(HttpMethod::kPost, R"({"targets":["rtmp://b.example/app/secret"]})").body,
              HasSubstr("This server may not send to b.example."));
  EXPECT_EQ(Call(HttpMethod::kPost, R"({"targets":[1]})").status, 400);
  EXPECT_EQ(Call(HttpMethod::kPost, "{}").status, 400);
  world.rooms.SetBroadcasting(nullptr);
  EXPECT_THAT(Call(HttpMethod::kPost, kWish).body, HasSubstr("shows no meetings live"));
  world.rooms.SetBroadcasting(&desk);
}

TEST_F(BroadcastApiTest, WhoKnowsTheAddressTakesTheSegments) {
  SomebodyJoins();
  ASSERT_EQ(Call(HttpMethod::kPost, kWish).status, 201);
  const std::string id = desk.Find(*world.rooms.Find("weekly"))->id;
  std::ofstream(files / id / "live.m3u8") << "#EXTM3U\n";
  std::ofstream(files / id / "0.m4s") << "segment";
  std::ofstream(files / id / "1.m4s.part") << "half";
  const HttpResponse playlist = world.Call(HttpMethod::kGet, "/live/" + id + "/live.m3u8");
  EXPECT_EQ(Content(playlist), "#EXTM3U\n");
  EXPECT_EQ(HeaderOf(playlist, "Content-Type"), "application/vnd.apple.mpegurl");
  EXPECT_EQ(HeaderOf(playlist, "Cache-Control"), "public, max-age=1");
  const HttpResponse segment = world.Call(HttpMethod::kGet, "/live/" + id + "/0.m4s");
  EXPECT_EQ(Content(segment), "segment");
  EXPECT_EQ(HeaderOf(segment, "Content-Type"), "video/mp4");
  EXPECT_EQ(HeaderOf(segment, "Cache-Control"), "public, max-age=3600, immutable");
  for (const std::string& path :
       {"/live/" + id + "/1.m4s", "/live/" + id + "/1.m4s.part", "/live/" + id + "/a/0.m4s",
        "/live/" + id + "/", std::string("/live/lother/live.m3u8"), "/live/../" + id}) {
    EXPECT_EQ(world.Call(HttpMethod::kGet, path).status, 404) << path;
  }
  EXPECT_EQ(world.Call(HttpMethod::kPost, "/live/" + id + "/live.m3u8").status, 405);
  EXPECT_EQ(world.Call(HttpMethod::kGet, "/live/" + id).status, 0) << "that is a page";
}

}  // namespace
}  // namespace parley::test
