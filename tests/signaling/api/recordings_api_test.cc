// Who may have recordings, and that nothing else of the disk is had by them.

#include "signaling/api/recordings_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "recorder/library/recording_lock.h"
#include "recorder/storage/recording_key.h"
#include "signaling/api/file_body.h"
#include "signaling/room/event_port.h"
#include "tests/signaling/api/api_world.h"

namespace parley::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kFirst = "raaaaaaaaaaaaaaaa";
constexpr const char* kSecond = "rbbbbbbbbbbbbbbbb";
const std::string kPath = "/api/v1/recordings";

class RecordingsApiTest : public ::testing::Test {
 protected:
  RecordingsApiTest() {
    Make(kFirst, "weekly", 1'000'000);
    Make(kSecond, "monthly", 2'000'000);
    std::ofstream(world.recordings / kFirst / "7-1-1.webm") << "0123456789";
    std::ofstream(world.recordings / kFirst / "secret.webm") << "no";
    std::ofstream(world.recordings / "1-1-1.webm") << "no";
  }
  ~RecordingsApiTest() override { std::filesystem::remove_all(world.recordings); }

  void Make(const std::string& id, const std::string& room, int64_t started_at,
            const std::string& how = "finished", int64_t keep_days = 0) const {
    std::filesystem::create_directories(world.recordings / id);
    const RecordingState state{.id = id,
                               .room = room,
                               .title = "Weekly",
                               .started_at_us = started_at,
                               .state = how,
                               .segments = 1,
                               .keep_days = keep_days};
    EXPECT_FALSE(state.Save(world.recordings / id));
  }
  HttpResponse Get(const std::string& path, const std::string& token,
                   const std::string& range = {}) {
    HttpRequest request;
    request.path = kPath + path;
    request.range = range;
    request.authorization = "Bearer " + token;
    return world.Answer(request);
  }
  HttpResponse File(const std::string& range, const std::string& name = "7-1-1.webm") {
    return Get(std::string("/") + kFirst + "/files/" + name, host, range);
  }
  HttpResponse Ask(const std::string& file, const std::string& token) {
    return world.Call(HttpMethod::kPost, kPath + "/" + kFirst + "/compositions",
                      R"({"file":")" + file + R"("})", token);
  }
  // The server looks around, and has done so.
  void Turn() {
    turn_ = turn_ + Duration::Seconds(1);
    world.api.HandleTimeout({.steady = turn_, .wall = ApiWorld::kNow.wall});
    Get("", host);
  }
  static std::string Body(const HttpResponse& response) {
    if (!response.file) return response.body;
    std::string bytes(response.file->size(), '\0');
    EXPECT_TRUE(
        response.file->Read(0, {reinterpret_cast<unsigned char*>(bytes.data()), bytes.size()}));
    return bytes;
  }
  static std::vector<std::string> Ids(const HttpResponse& response) {
    rapidjson::Document document;
    document.Parse(response.body.data(), response.body.size());
    std::vector<std::string> ids;
    for (const auto& entry : document["recordings"].GetArray()) {
      ids.emplace_back(entry["id"].GetString());
    }
    return ids;
  }

  ApiWorld world;
  const std::string host = world.Token(Role::kHost);
  const std::string weekly_host = world.Token(Role::kHost, "weekly");
  Timestamp turn_ = ApiWorld::kNow.steady;
};

TEST_F(RecordingsApiTest, ListsTheNewestFirstAndEachHostsOwn) {
  EXPECT_THAT(Ids(Get("", host)), ElementsAre(kSecond, kFirst));
  EXPECT_THAT(Ids(Get("", weekly_host)), ElementsAre(kFirst));
  HttpRequest request;
  request.path = kPath;
  request.query = {"x=y", "room=monthly"};
  request.authorization = "Bearer " + host;
  EXPECT_THAT(Ids(world.Answer(request)), ElementsAre(kSecond));
}

TEST_F(RecordingsApiTest, TellsWhenOneWillBeDeleted) {
  Make("rcccccccccccccccc", "weekly", 3'000'000, "finished", 2);
  Make("rdddddddddddddddd", "weekly", 4'000'000, "recording", 2);
  const std::string told = Get("", host).body;
  EXPECT_THAT(
      told,
      HasSubstr(R"("started_at_us":3000000,"duration_us":0,"size":0,"expires_at":172803000})"));
  EXPECT_THAT(told, HasSubstr(R"("started_at_us":4000000,"duration_us":0,"size":0})"));
  EXPECT_THAT(told, HasSubstr(R"("started_at_us":2000000,"duration_us":0,"size":0})"));
}

TEST_F(RecordingsApiTest, OnlyHostsOfTheRoom) {
  const std::string own = std::string("/") + kFirst;
  EXPECT_EQ(Get(own, weekly_host).status, 200);
  EXPECT_EQ(Get(own, world.Token(Role::kHost, "monthly")).status, 403);
  EXPECT_EQ(Get(own, world.Token(Role::kPanelist, "weekly")).status, 403);
  EXPECT_EQ(Get("", world.Token(Role::kAttendee)).status, 403);
  EXPECT_EQ(Get(own, "nonsense").status, 401);
  const std::string other = world.Token(Role::kHost, "monthly");
  EXPECT_EQ(Get(own + "/files/7-1-1.webm", other).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, kPath + own, "", other).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kPatch, kPath + own, R"({"title":"x"})", other).status, 403);
  EXPECT_EQ(Get(own, host).status, 200);
}

TEST_F(RecordingsApiTest, OfOneThatIsLockedNothingIsHadButItsEnd) {
  Get("", host);  // what the disk's thread does at the start is done
  UseKeys(*OperatorKeys::Parse(std::string(64, '7')));
  const std::string id = "rcccccccccccccccc";
  std::filesystem::create_directories(world.recordings / id);
  ASSERT_FALSE(RecordingKey::Make(world.recordings / id));
  Make(id, "weekly", 3'000'000);
  std::ofstream(world.recordings / id / "1-1-1.webm") << "sealed";
  UseKeys({});
  EXPECT_THAT(Get("", host).body,
              HasSubstr(R"({"id":"rcccccccccccccccc","room":"","title":"","state":"locked",)"
                        R"("started_at_us":3000000,"duration_us":0,"size":6})"));
  EXPECT_THAT(Ids(Get("", weekly_host)), ElementsAre(kFirst)) << "whose it is nobody knows";
  EXPECT_EQ(Get("/" + id, weekly_host).status, 403);
  for (const char* what : {"", "/files/1-1-1.webm", "/files/chat.txt", "/compositions"}) {
    EXPECT_EQ(Get("/" + id + what, host).status, 409) << what;
  }
  const std::string path = kPath + "/" + id;
  EXPECT_EQ(world.Call(HttpMethod::kPatch, path, R"({"title":"x"})", host).status, 409);
  EXPECT_EQ(
      world.Call(HttpMethod::kPost, path + "/compositions", R"({"file":"720p.mp4"})", host).status,
      409);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path, "", host).status, 204);
}

TEST_F(RecordingsApiTest, TheManifestIsTold) {
  const auto response = Get(std::string("/") + kFirst, host);
  EXPECT_EQ(Member(response, "id"), kFirst);
  EXPECT_EQ(Member(response, "state"), "finished");
}

TEST_F(RecordingsApiTest, AFileWholeAndInParts) {
  const auto whole = File("");
  EXPECT_EQ(whole.status, 200);
  EXPECT_EQ(Body(whole), "0123456789");
  EXPECT_EQ(whole.header("Content-Type"), "video/webm");
  const auto part = File("bytes=2-4");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(Body(part), "234");
  EXPECT_EQ(part.header("Content-Range"), "bytes 2-4/10");
  const auto behind = File("bytes=10-");
  EXPECT_EQ(behind.status, 416);
  EXPECT_EQ(behind.header("Content-Range"), "bytes */10");
  EXPECT_EQ(File("bytes=0-1,3-4").status, 200);
}

TEST_F(RecordingsApiTest, AnOpenRangeOfALargeFileIsBounded) {
  std::filesystem::resize_file(world.recordings / kFirst / "7-1-1.webm", 9 << 20);
  const auto part = File("bytes=100-");
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.file->size(), size_t{4} << 20);
  EXPECT_EQ(part.header("Content-Range"), "bytes 100-4194403/9437184");
}

TEST_F(RecordingsApiTest, NothingButTracksIsServed) {
  const std::filesystem::path outside = world.recordings / "outside";
  std::ofstream(outside) << "no";
  std::filesystem::create_symlink(outside, world.recordings / kFirst / "8-1-1.webm");
  std::filesystem::create_directory(world.recordings / kFirst / "9-1-1.webm");
  for (const char* name :
       {"secret.webm", "recording.json", "timeline-1.jsonl", "..", "../1-1-1.webm", "8-1-1.webm",
        "9-1-1.webm", "7-1-1.webm.bak", "7-1-1", "7-1.webm", "7--1.webm", "-1-1-1.webm",
        "7-1-1.mp4", "7-1-1.webm/", "7-1-2.webm", "99999999999-1-1.webm"}) {
    EXPECT_EQ(File("", name).status, 404) << name;
  }
  for (const char* id : {"..", ".", "recordings", "raaaaaaaaaaaaaaa", "raaaaaaaaaaaaaaaaa",
                         "Raaaaaaaaaaaaaaaa", "r../../../../etc1", "rcccccccccccccccc"}) {
    EXPECT_EQ(Get(std::string("/") + id, host).status, 404) << id;
    EXPECT_EQ(world.Call(HttpMethod::kDelete, kPath + "/" + id, "", host).status, 404) << id;
  }
  EXPECT_TRUE(std::filesystem::exists(outside));
}

TEST_F(RecordingsApiTest, RenamesAndDeletes) {
  const std::string path = kPath + "/" + kFirst;
  EXPECT_THAT(Ids(Get("", host)), ElementsAre(kSecond, kFirst));
  EXPECT_EQ(world.Call(HttpMethod::kPatch, path, R"({"title":"  Board  "})", host).status, 204);
  EXPECT_EQ(Member(Get(std::string("/") + kFirst, host), "title"), "Board");
  EXPECT_THAT(Get("", host).body, HasSubstr("Board"));
  EXPECT_EQ(world.Call(HttpMethod::kPatch, path, R"({"title":"\u0001"})", host).status, 400);
  EXPECT_EQ(world.Call(HttpMethod::kPatch, path, "{}", host).status, 400);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path, "", host).status, 204);
  EXPECT_FALSE(std::filesystem::exists(world.recordings / kFirst));
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path, "", host).status, 404);
  EXPECT_THAT(Ids(Get("", host)), ElementsAre(kSecond));
}

TEST_F(RecordingsApiTest, ATicketReadsOneRecordingAndNothingElse) {
  const std::string own = std::string("/") + kFirst;
  const auto made = world.Call(HttpMethod::kPost, kPath + own + "/tickets", "", weekly_host);
  ASSERT_EQ(made.status, 201);
  const std::string ticket = Member(made, "ticket");
  EXPECT_EQ(Get(own, ticket).status, 200);
  EXPECT_EQ(Body(Get(own + "/files/7-1-1.webm", ticket)), "0123456789");
  HttpRequest link;
  link.path = kPath + own + "/files/7-1-1.webm";
  link.query = {"ticket=" + ticket};
  EXPECT_EQ(Body(world.Answer(link)), "0123456789");
  link.query = {"ticket=" + host};
  EXPECT_EQ(world.Answer(link).status, 403) << "a host's token does not belong into an address";

  EXPECT_EQ(Get(std::string("/") + kSecond, ticket).status, 403);
  EXPECT_EQ(Get("", ticket).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, kPath + own, "", ticket).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kPatch, kPath + own, R"({"title":"x"})", ticket).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kPost, kPath + own + "/tickets", "", ticket).status, 403);
  EXPECT_EQ(world
                .Call(HttpMethod::kPost, kPath + own + "/tickets", "",
                      world.Token(Role::kHost, "monthly"))
                .status,
            403);
  EXPECT_EQ(world.Call(HttpMethod::kGet, "/api/v1/rooms", "", ticket).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kPost, "/api/v1/rooms", "{}", ticket).status, 403);
  const std::string room = world.MakeRoom("weekly").name;
  EXPECT_EQ(CodeOf(world.Call(HttpMethod::kPost, "/api/v1/rooms/" + room + "/check",
                              R"({"token":")" + ticket + R"("})")),
            "token_invalid");
}

TEST_F(RecordingsApiTest, AFileIsMadeOfItAndHad) {
  const std::string own = std::string("/") + kFirst;
  const auto asked = Ask("720p.mp4", host);
  EXPECT_EQ(asked.status, 202);
  EXPECT_EQ(asked.body, R"({"file":"720p.mp4","state":"queued"})");
  EXPECT_EQ(File("", "720p.mp4").status, 404);
  Turn();
  world.composers.Tell({.percent = 41.5, .seconds_left = 12});
  Turn();
  EXPECT_EQ(Get(own + "/compositions", host).body,
            R"({"compositions":[{"file":"720p.mp4","state":"running","percent":41.5,)"
            R"("seconds_left":12}]})");
  EXPECT_EQ(File("", "720p.mp4").status, 404) << "half-written";
  world.composers.Finish("0123456789");
  Turn();
  EXPECT_EQ(Get(own + "/compositions", host).body,
            R"({"compositions":[{"file":"720p.mp4","state":"done","size":10}]})");
  EXPECT_EQ(Ask("720p.mp4", host).status, 200);
  EXPECT_EQ(Body(File("", "720p.mp4")), "0123456789");
  EXPECT_EQ(File("", "720p.mp4").header("Content-Type"), "video/mp4");
  EXPECT_EQ(Body(File("bytes=2-4", "720p.mp4")), "234");
  EXPECT_THAT(Get("", host).body, HasSubstr("\"size\":10}")) << "it takes room on the disk";
  EXPECT_EQ(
      world.Call(HttpMethod::kDelete, kPath + own + "/compositions/720p.mp4", "", host).status,
      204);
  EXPECT_EQ(File("", "720p.mp4").status, 404);
  EXPECT_EQ(
      world.Call(HttpMethod::kDelete, kPath + own + "/compositions/720p.mp4", "", host).status,
      404);
}

TEST_F(RecordingsApiTest, WhatIsMadeIsToldOutside) {
  class Events final : public EventPort {
   public:
    void Tell(std::string_view type, std::string_view room, std::string data) override {
      told.push_back(std::string(type) + " " + std::string(room) + " " + data);
    }
    std::vector<std::string> told;
  } events;
  world.context.events = &events;
  Ask("720p.mp4", host);
  Turn();
  EXPECT_THAT(events.told, ElementsAre());
  world.composers.Finish();
  Turn();
  EXPECT_THAT(events.told, ElementsAre(std::string(R"(composition.done weekly {"recording":")") +
                                       kFirst + R"(","file":"720p.mp4"})"));
}

TEST_F(RecordingsApiTest, AMadeFileIsSentFromWhereADownloadBrokeOff) {
  Ask("sound.m4a", host);
  Turn();
  world.composers.Finish(std::string(9 << 20, 'x'));
  Turn();
  const auto rest = File("bytes=100-", "sound.m4a");
  EXPECT_EQ(rest.header("Content-Range"), "bytes 100-9437183/9437184");
}

TEST_F(RecordingsApiTest, WhatFailedIsSaid) {
  Ask("720p.mp4", host);
  Turn();
  world.composers.Tell({.state = ComposerStatus::State::kFailed, .error = "cannot write"});
  Turn();
  EXPECT_EQ(Get(std::string("/") + kFirst + "/compositions", host).body,
            R"({"compositions":[{"file":"720p.mp4","state":"failed","error":"cannot write"}]})");
  EXPECT_EQ(Ask("720p.mp4", host).status, 202) << "once more";
}

TEST_F(RecordingsApiTest, ARefusedFileIsExplained) {
  const auto odd = Ask("../7-1-1.webm", host);
  EXPECT_EQ(odd.status, 400);
  EXPECT_EQ(Member(odd, "error.field"), "file");
  EXPECT_THAT(Member(odd, "error.message"),
              HasSubstr("720p.mp4, 1080p.mp4, sound.m4a, sound.webm or everything.zip."));
  EXPECT_EQ(Ask("720p.mp4", world.Token(Role::kHost, "monthly")).status, 403);
  EXPECT_EQ(Ask("720p.mp4", world.Token(Role::kCohost, "weekly")).status, 403);
  const std::string path = kPath + "/" + kFirst + "/compositions";
  EXPECT_EQ(world.Call(HttpMethod::kPost, path, "{}", host).status, 400);
  EXPECT_EQ(world.Call(HttpMethod::kPut, path, "", host).status, 405);
  EXPECT_EQ(world.Call(HttpMethod::kGet, path + "/720p.mp4", "", host).status, 405);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path + "/7-1-1.webm", "", host).status, 404);
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path + "/720p.mp4/x", "", host).status, 404);
  Make(kFirst, "weekly", 1'000'000, "recording");
  EXPECT_EQ(Ask("720p.mp4", host).status, 409);
}

TEST_F(RecordingsApiTest, SubtitlesAndChatAreThereAtOnce) {
  const auto subtitles = File("", "subtitles.vtt");
  EXPECT_EQ(subtitles.status, 200);
  EXPECT_EQ(subtitles.body, "WEBVTT\n");
  EXPECT_EQ(subtitles.header("Content-Type"), "text/vtt; charset=utf-8");
  EXPECT_EQ(File("", "chat.txt").body, "");
}

// It goes to whoever recorded, who may be no host of the server's.
TEST_F(RecordingsApiTest, ATicketHasFilesMade) {
  const std::string path = kPath + "/" + kFirst;
  const std::string ticket =
      Member(world.Call(HttpMethod::kPost, path + "/tickets", "", host), "ticket");
  const auto cancel = [&](const std::string& file) {
    return world.Call(HttpMethod::kDelete, path + "/compositions/" + file, "", ticket).status;
  };
  EXPECT_EQ(Ask("720p.mp4", ticket).status, 202);
  EXPECT_EQ(Ask("sound.m4a", ticket).status, 202);
  EXPECT_EQ(Get(std::string("/") + kFirst + "/compositions", ticket).status, 200);
  EXPECT_EQ(cancel("sound.m4a"), 204);
  Turn();
  world.composers.Finish();
  Turn();
  EXPECT_EQ(cancel("720p.mp4"), 403) << "what others may have asked for";
  EXPECT_EQ(world
                .Call(HttpMethod::kPost, kPath + "/" + kSecond + "/compositions",
                      R"({"file":"720p.mp4"})", ticket)
                .status,
            403);
}

TEST_F(RecordingsApiTest, ADeletedRecordingTakesItsComposerAlong) {
  Ask("720p.mp4", host);
  Turn();
  EXPECT_EQ(world.Call(HttpMethod::kDelete, kPath + "/" + kFirst, "", host).status, 204);
  EXPECT_TRUE(world.composers.started[0]->ended);
}

TEST_F(RecordingsApiTest, ATokenMayBeForRecordingsAlone) {
  Grants grants;
  grants.room = "weekly";
  grants.role = Role::kAttendee;
  grants.recordings = true;
  grants.expires_at = ApiWorld::kNow.wall + Duration::Seconds(60);
  const std::string token = world.verifier.Make(grants, ApiWorld::kNow.wall);
  EXPECT_THAT(Ids(Get("", token)), ElementsAre(kFirst));
  EXPECT_EQ(Get(std::string("/") + kSecond, token).status, 403);
  EXPECT_EQ(world.Call(HttpMethod::kGet, "/api/v1/rooms", "", token).status, 403);
}

TEST_F(RecordingsApiTest, OneThatIsWrittenStaysAsItIs) {
  const auto recorder = RecordingLock::Take(world.recordings / kFirst);
  const std::string path = kPath + "/" + kFirst;
  EXPECT_EQ(world.Call(HttpMethod::kDelete, path, "", host).status, 409);
  EXPECT_EQ(world.Call(HttpMethod::kPatch, path, R"({"title":"x"})", host).status, 409);
  EXPECT_EQ(Get(std::string("/") + kFirst, host).status, 200) << "it can be watched";
}

TEST_F(RecordingsApiTest, OtherMethodsAreRefused) {
  EXPECT_EQ(world.Call(HttpMethod::kPost, kPath, "{}", host).status, 405);
  EXPECT_EQ(world.Call(HttpMethod::kPut, kPath + "/" + kFirst, "{}", host).status, 405);
  EXPECT_EQ(
      world.Call(HttpMethod::kDelete, kPath + "/" + kFirst + "/files/7-1-1.webm", "", host).status,
      405);
}

TEST_F(RecordingsApiTest, ARoomsPolicyIsItsMakersWord) {
  const std::string maker = world.Token(Role::kHost, "*", true);
  const auto made = world.Call(
      HttpMethod::kPost, "/api/v1/rooms",
      R"({"name":"asks","recording":{"consent":"ask","auto":true,"keep_days":30}})", maker);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(world.rooms.Find("asks")->record().recording,
            (RecordingPolicy{.asks_consent = true, .automatic = true, .keep_days = 30}));
  EXPECT_EQ(world.store.rooms_.at("asks").recording.asks_consent, true);
  const auto refused =
      world.Call(HttpMethod::kPost, "/api/v1/rooms", R"({"recording":{"consent":"never"}})", maker);
  EXPECT_EQ(Member(refused, "error.field"), "recording.consent");
  for (const char* days : {"-1", "36501", "1.5", "\"30\""}) {
    const auto wrong =
        world.Call(HttpMethod::kPost, "/api/v1/rooms",
                   R"({"recording":{"keep_days":)" + std::string(days) + "}}", maker);
    EXPECT_EQ(Member(wrong, "error.field"), "recording.keep_days") << days;
  }
  EXPECT_FALSE(world.rooms.Find(world.MakeRoom("told").name)->record().recording.asks_consent);
}

}  // namespace
}  // namespace parley::test
